"""A small model made by hand: four layers ``f(x) + x``, of which the third is larger inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyzer.base import Gap, GapCode, Span
from analyzer.frameworks.torch.description import TORCH
from analyzer.graph import (
    BuiltModel,
    ConfigField,
    Dtype,
    ModuleCall,
    ModuleInfo,
    Op,
    Operand,
    OpGraph,
    OpKind,
    Phase,
    Status,
    TensorInfo,
    TensorType,
)
from analyzer.values import Origin, traced

FILE = "models/tiny/modeling_tiny.py"
BATCH = traced(2, Origin("batch", symbols=frozenset({"batch"})))
SEQ = traced(7, Origin("seq", symbols=frozenset({"seq"})))
SCALE = traced(0.25, Origin("config.head_dim ** -0.5", fields=frozenset({"head_dim"})))


class Graph:
    """Operations in order of execution; ``add`` returns the new one."""

    def __init__(self) -> None:
        self.ops: list[Op] = []

    def add(
        self,
        kind: OpKind,
        target: str,
        operands: Mapping[str, Op],
        shape: Sequence[int],
        module: str = "",
        line: int = 1,
        attributes: Mapping[str, object] | None = None,
        dtype: Dtype = Dtype.FLOAT32,
        phase: Phase = Phase.FORWARD,
    ) -> Op:
        op = Op(
            index=len(self.ops),
            kind=kind,
            name=TORCH.operations.canonical_name(target),
            target=target,
            operands=tuple(Operand(slot, source) for slot, source in operands.items()),
            attributes=attributes or {},  # type: ignore[arg-type]
            outputs=(TensorType(tuple(shape), dtype),),
            module=module,
            span=Span(FILE, line, 4, line, 20),
            phase=phase,
        )
        self.ops.append(op)
        return op

    def parameter(self, name: str, shape: Sequence[int]) -> Op:
        return self.add(OpKind.PARAMETER, "", {}, shape, attributes={"name": name}, phase=Phase.CONSTRUCT)

    def linear(self, x: Op, module: str, sizes: tuple[int, int], line: int) -> Op:
        weight = self.parameter(f"{module}.weight", sizes[::-1])
        operands = {"input": x, "weight": weight}
        return self.add(OpKind.LINEAR, "nn.functional.linear", operands, (BATCH, SEQ, sizes[1]), module, line)


def layer(graph: Graph, x: Op, path: str, inner: int) -> Op:
    """``x + down(silu(up(x)) * scale)``."""
    up = graph.linear(x, f"{path}.up", (8, inner), 20)
    act = graph.add(OpKind.SILU, "nn.functional.silu", {"input": up}, up.outputs[0].shape, f"{path}.act", 21)
    scaled = graph.add(OpKind.MUL, "Tensor.mul", {"input": act}, act.outputs[0].shape, path, 22, {"other": SCALE})
    down = graph.linear(scaled, f"{path}.down", (inner, 8), 23)
    return graph.add(OpKind.ADD, "Tensor.add", {"input": x, "other": down}, x.outputs[0].shape, path, 24)


def layer_calls(number: int) -> tuple[ModuleCall, ...]:
    path = f"layers.{number}"
    activation = ModuleCall(path, "SiLU", 2, named=False)
    return ModuleCall(path, "TinyLayer", 1), ModuleCall(f"{path}.up", "Linear", 2), activation, activation


def small_model(inner: Sequence[int] = (16, 16, 32, 16), *, gaps: bool = False) -> BuiltModel:
    graph = Graph()
    ids = graph.add(OpKind.INPUT, "", {}, (BATCH, SEQ), line=1, attributes={"name": "input_ids"}, dtype=Dtype.INT64)
    table = graph.parameter("embed.weight", (100, 8))
    x = graph.add(
        OpKind.EMBEDDING, "nn.functional.embedding", {"input": ids, "weight": table}, (BATCH, SEQ, 8), "embed", 10
    )
    for number, size in enumerate(inner):
        x = layer(graph, x, f"layers.{number}", size)
        x = graph.add(OpKind.CLAMP, "Tensor.clamp", {"input": x}, x.outputs[0].shape, "", 30, {"max": 1e4})
    return BuiltModel(
        model_type="tiny",
        class_name="TinyModel",
        config_class="TinyConfig",
        path=FILE,
        status=Status.PARTIAL if gaps else Status.COMPLETE,
        modules=tuple(modules(len(inner))),
        parameters=tuple(
            TensorInfo(str(op.attributes["name"]), op.outputs[0].shape, Dtype.FLOAT32)
            for op in graph.ops
            if op.kind is OpKind.PARAMETER
        ),
        buffers=(
            TensorInfo("steps", (3,), Dtype.INT64),
            TensorInfo("cache", (5,), Dtype.FLOAT32, persistent=False),
        ),
        tied={},
        config={"hidden_size": ConfigField("hidden_size", 8, "default")},
        inputs={"input_ids": (Dtype.INT64, (2, 7))},
        graph=OpGraph(graph.ops, (Operand("last_hidden_state", x),)),
        calls=(
            ModuleCall("", "TinyModel", 0),
            ModuleCall("embed", "Embedding", 1),
            *(call for number in range(len(inner)) for call in layer_calls(number)),
        ),
        gaps=(Gap(GapCode.UNKNOWN_NAME, "missing", Span(FILE, 40, 0, 40, 7), "is defined nowhere"),) if gaps else (),
    )


def modules(layers: int) -> list[ModuleInfo]:
    found = [
        ModuleInfo("", "TinyModel", "tiny.TinyModel"),
        _torch("embed", "Embedding"),
        _torch("layers", "ModuleList"),
    ]
    for number in range(layers):
        found.append(ModuleInfo(f"layers.{number}", "TinyLayer", "tiny.TinyLayer"))
        found.append(_torch(f"layers.{number}.up", "Linear"))
        found.append(_torch(f"layers.{number}.act", "SiLU"))
        found.append(_torch(f"layers.{number}.down", "Linear"))
    return found


def _torch(path: str, name: str) -> ModuleInfo:
    return ModuleInfo(path, name, f"torch.nn.{name}", library=True)
