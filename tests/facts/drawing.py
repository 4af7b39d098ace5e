"""Small operation graphs drawn by hand, for tests of queries and facts."""

from __future__ import annotations

from analyzer.base import Span
from analyzer.graph import BuiltModel, Dtype, ModuleInfo, Op, Operand, OpGraph, OpKind, Status, TensorType
from analyzer.query import Query

WIDTH = 8
SHAPE = (2, 7, WIDTH)
_SLOTS = {
    OpKind.LINEAR: ("input", "weight", "bias"),
    OpKind.LAYER_NORM: ("input", "weight", "bias"),
    OpKind.RMS_NORM: ("input", "weight"),
    OpKind.EMBEDDING: ("input", "weight"),
}


class Drawing:
    """Operations in the order in which they are drawn; ``at`` is the module that the next ones run in."""

    def __init__(self) -> None:
        self.ops: list[Op] = []
        self.at = ""
        self.tied: dict[str, str] = {}

    def op(self, kind: OpKind, *tensors: Op, shape: tuple[int, ...] = SHAPE, **more: object) -> Op:
        """Add an operation; ``more`` are its attributes, its element type (``to``), its canonical name (``named``)."""
        dtype = more.pop("to", tensors[0].outputs[0].dtype if tensors else Dtype.BFLOAT16)
        name = str(more.pop("named", kind.value))
        slots = _SLOTS.get(kind, ("input", "other", "third"))
        line = len(self.ops) + 1
        made = Op(
            index=len(self.ops),
            kind=kind,
            name=name,
            target=name,
            operands=tuple(Operand(slot, tensor) for slot, tensor in zip(slots, tensors, strict=False)),
            attributes=more,
            outputs=(TensorType(shape, dtype),),
            module=self.at,
            span=Span("model.py", line, 0, line, 9),
        )
        self.ops.append(made)
        return made

    def parameter(self, name: str, *shape: int) -> Op:
        return self.op(OpKind.PARAMETER, shape=shape, name=name)

    def input(self, name: str = "x", shape: tuple[int, ...] = SHAPE, dtype: Dtype = Dtype.BFLOAT16) -> Op:
        return self.op(OpKind.INPUT, shape=shape, name=name, to=dtype)

    def linear(self, x: Op, name: str, out: int = WIDTH) -> Op:
        weight = self.parameter(f"{name}.weight", out, x.outputs[0].shape[-1])
        return self.op(OpKind.LINEAR, x, weight, shape=(*x.outputs[0].shape[:-1], out))

    def layer_norm(self, x: Op, name: str) -> Op:
        scale, shift = self.parameter(f"{name}.weight", WIDTH), self.parameter(f"{name}.bias", WIDTH)
        return self.op(OpKind.LAYER_NORM, x, scale, shift, normalized_shape=(WIDTH,), eps=1e-5)

    def add(self, one: Op, other: Op) -> Op:
        return self.op(OpKind.ADD, one, other)

    def attention(self, x: Op, name: str) -> Op:
        """Scores, softmax and values with one head."""
        q, k, v = (self.linear(x, f"{name}.{part}") for part in "qkv")
        turned = self.op(OpKind.TRANSPOSE, k, shape=(2, WIDTH, 7))
        scores = self.op(OpKind.MATMUL, q, turned, shape=(2, 7, 7))
        weights = self.op(OpKind.SOFTMAX, scores, shape=(2, 7, 7))
        return self.linear(self.op(OpKind.MATMUL, weights, v), f"{name}.o")

    def feed_forward(self, x: Op, name: str) -> Op:
        inner = self.linear(x, f"{name}.up", 16)
        return self.linear(self.op(OpKind.RELU, inner, shape=(2, 7, 16)), f"{name}.down")

    def query(self, *results: Op) -> Query:
        """A model of all that was drawn; its modules are those that operations ran in, and all above them."""
        paths = {""}
        for op in self.ops:
            parts = op.module.split(".")
            paths |= {".".join(parts[:count]) for count in range(1, len(parts) + 1)}
        graph = OpGraph(self.ops, [Operand(str(i), op) for i, op in enumerate(results or self.ops[-1:])])
        graph.verify()
        return Query(
            BuiltModel(
                model_type="drawn",
                class_name="Drawn",
                config_class="",
                path="model.py",
                status=Status.COMPLETE,
                modules=tuple(ModuleInfo(path, "", "") for path in sorted(paths)),
                parameters=(),
                buffers=(),
                tied=self.tied,
                config={},
                inputs={},
                graph=graph,
                calls=(),
                gaps=(),
            )
        )
