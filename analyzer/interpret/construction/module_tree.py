"""The module tree: built by the program's constructors, then named, with every parameter and buffer."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from analyzer.base import NOWHERE, Gap, Span
from analyzer.graph import Dtype, ModuleInfo, Op, Operand, OpKind, Phase, TensorInfo, TensorType
from analyzer.interpret.interface import Interpreter
from analyzer.library.module_tree import named_tensors, walk
from analyzer.values import Function, ModuleInstance, Tensor, Unknown


def modules_of(root: ModuleInstance) -> tuple[ModuleInfo, ...]:
    """The tree in registration order."""
    found = []
    for path, module in walk(root):
        source = module.cls.module
        found.append(
            ModuleInfo(
                path=path,
                class_name=module.cls.name,
                qualified_name=module.cls.qualified_name,
                library=source is None or source.external,
                span=module.cls.span,
                created=module.created,
                settings=tuple(module.settings.values()),
            )
        )
    return tuple(found)


def parameters_of(root: ModuleInstance) -> tuple[TensorInfo, ...]:
    """Parameters by dotted name; a shared one appears under each of its names (see ``tied_names``)."""
    return tuple(
        TensorInfo(name, tensor.shape, tensor.dtype, span=_span(tensor))
        for name, tensor in named_tensors(root, buffers=False, duplicates=True)
    )


def buffers_of(root: ModuleInstance) -> tuple[TensorInfo, ...]:
    """Buffers by dotted name, with whether they are part of the saved state."""
    found = []
    seen: set[int] = set()
    for path, module in walk(root):
        for name, tensor in module.buffers.items():
            if tensor is not None and id(tensor) not in seen:
                seen.add(id(tensor))
                persistent = name not in module.non_persistent
                full = f"{path}.{name}" if path else name
                found.append(TensorInfo(full, tensor.shape, tensor.dtype, persistent, _span(tensor)))
    return tuple(found)


def unbuilt(machine: Interpreter, root: ModuleInstance) -> tuple[Gap, ...]:
    """Why the tree may lack modules: constructors that ended early, unknown values where modules hold something."""
    held = [value.gap for _, module in walk(root) for value in module.attributes.values() if isinstance(value, Unknown)]
    return tuple(dict.fromkeys((*machine.partial.gaps, *held)))


def cast_parameters(root: ModuleInstance, dtype: Dtype, keep: Collection[str] = ()) -> None:
    """Give every floating parameter the element type ``dtype``, those in ``keep`` float32."""
    for name, tensor in named_tensors(root, buffers=False):
        if tensor.dtype.is_floating:
            tensor.dtype = Dtype.FLOAT32 if name in keep else dtype


def tied_names(root: ModuleInstance) -> Mapping[str, str]:
    """Names that share a tensor with an earlier name, by that name."""
    first: dict[int, str] = {}
    tied: dict[str, str] = {}
    for name, tensor in named_tensors(root, buffers=False, duplicates=True):
        known = first.setdefault(id(tensor), name)
        if known != name:
            tied[name] = known
    return tied


def _span(tensor: Tensor) -> Span:
    return tensor.span if isinstance(tensor.span, Span) else NOWHERE


def record_members(machine: Interpreter, root: ModuleInstance) -> None:
    """One PARAMETER or BUFFER operation a tensor; its operand is what it was initialised from."""
    for buffers in (False, True):
        kind = OpKind.BUFFER if buffers else OpKind.PARAMETER
        for name, tensor in named_tensors(root, buffers):
            _record(machine, kind, name, tensor)


def leave_training(machine: Interpreter, root: ModuleInstance) -> None:
    """What ``model.eval()`` does in modules that prepare for it: those whose class defines ``train`` itself."""
    for _, module in walk(root):
        prepare = module.cls.find("train")
        if isinstance(prepare, Function) and not prepare.module.external:
            machine.call(prepare, (module, False))


def _record(machine: Interpreter, kind: OpKind, name: str, tensor: Tensor) -> None:
    ops = machine.trace.ops
    known = tensor.op is not None and tensor.op.index < len(ops) and ops[tensor.op.index] is tensor.op
    op = Op(
        index=len(ops),
        kind=kind,
        name=kind.value,
        target=kind.value,
        operands=(Operand("value", tensor.op, tensor.output),) if known and tensor.op is not None else (),
        attributes={"name": name},
        outputs=(TensorType(tensor.shape, tensor.dtype),),
        module=name.rpartition(".")[0],
        span=_span(tensor),
        phase=Phase.CONSTRUCT,
    )
    ops.append(op)
    tensor.op, tensor.output = op, 0
    if kind is OpKind.PARAMETER:
        # A parameter is learned: what it started with says nothing about its values.
        tensor.data = None
