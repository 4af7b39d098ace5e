"""Operations: what one call of a tensor function does, with its operands, constants, result types and place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from analyzer.base import NOWHERE, Span
from analyzer.graph.kinds import OpKind


class Dtype(StrEnum):
    """Element types, in torch's own naming without the ``torch.`` prefix."""

    BOOL = "bool"
    UINT8 = "uint8"
    UINT16 = "uint16"
    UINT32 = "uint32"
    UINT64 = "uint64"
    INT8 = "int8"
    INT16 = "int16"
    INT32 = "int32"
    INT64 = "int64"
    FLOAT8_E4M3FN = "float8_e4m3fn"
    FLOAT8_E5M2 = "float8_e5m2"
    FLOAT16 = "float16"
    BFLOAT16 = "bfloat16"
    FLOAT32 = "float32"
    FLOAT64 = "float64"
    COMPLEX64 = "complex64"
    COMPLEX128 = "complex128"

    @property
    def is_floating(self) -> bool:
        return self.value.startswith(("float", "bfloat"))

    @property
    def is_complex(self) -> bool:
        return self.value.startswith("complex")

    @property
    def itemsize(self) -> int:
        """Bytes of one element."""
        return 1 if self is Dtype.BOOL else int(re.findall(r"\d+", self.value)[0]) // 8


Constant: TypeAlias = (
    "bool | int | float | complex | str | Dtype | slice | tuple[Constant, ...] | Mapping[str, Constant] | None"
)
"""A non-tensor argument. Numbers and strings may be the traced subclasses of ``analyzer.values``, which carry an
origin. A tuple may hold ``OperandRef`` where a tensor stands inside it (an index by tensor, for instance)."""


@dataclass(frozen=True, slots=True)
class OperandRef:
    """Stands for tensor operand ``slot`` inside a constant tuple."""

    slot: str


@dataclass(frozen=True, slots=True)
class TensorType:
    """Sizes (``int``; those with an origin print as expressions) and element type of one tensor."""

    shape: tuple[int, ...]
    dtype: Dtype


class Phase(StrEnum):
    """When an operation runs: while modules are constructed, or in the traced forward call."""

    CONSTRUCT = "construct"
    FORWARD = "forward"


@dataclass(frozen=True, slots=True, eq=False)
class Operand:
    """A tensor that an operation reads: the parameter's name (``input``, ``weight``, ``tensors.0``), its producer and
    which of the producer's outputs it is."""

    slot: str
    source: Op
    output: int = 0


REFLECTED = frozenset({"rsub", "rdiv", "rpow", "rremainder", "rfloor_divide", "rmatmul", "rlshift", "rrshift"})
"""Names of operations whose second operand stands on the left: ``2 - x`` is the ``rsub`` of ``x`` and 2."""

LIKE = frozenset({"zeros_like", "ones_like", "empty_like", "full_like", "rand_like", "randn_like", "randint_like"})
"""Names of operations that make a tensor of the shape and type of another one, whose numbers they do not read."""


@dataclass(frozen=True, slots=True, eq=False)
class Op:
    """One operation; two are equal only if they are the same object.

    ``index`` is the position in execution order over both phases. ``name`` is the canonical operation, in one word
    that all frameworks and spellings share: ``add`` for ``+``, ``torch.add`` and ``Tensor.add_``, ``logsumexp``,
    ``unbind``, ``repeat_interleave``. A *reflected* name (``REFLECTED``: ``rsub``, ``rdiv``) has its operands the other
    way round. What was not understood has the name under which it was called. ``target`` is the callable as the
    framework spells it (``nn.functional.softmax``, ``Tensor.add`` also for ``+``); it is for display only.

    ``attributes`` holds the non-tensor arguments by the framework's own parameter names, for display; ``arguments``
    holds the same ones by names that all spellings of an operation share (``p`` of a norm, also where it is called
    ``ord``). They are one mapping where the framework's names are the canonical ones.

    Inputs, parameters and buffers are operations too (kinds INPUT, PARAMETER, BUFFER, with argument ``name``); a
    parameter's or buffer's operand ``value``, if any, is what it was initialised from. ``module`` is the path of the
    innermost module being executed (``model.layers.0.self_attn``), ``span`` the innermost place in the analysed tree,
    ``stack`` the calls around it from the outermost.
    """

    index: int
    kind: OpKind
    name: str
    target: str
    operands: tuple[Operand, ...]
    attributes: Mapping[str, Constant]
    outputs: tuple[TensorType, ...]
    module: str = ""
    span: Span = NOWHERE
    function: str = ""
    stack: tuple[Span, ...] = ()
    phase: Phase = Phase.FORWARD
    alias: bool = False
    """Returned its own input unchanged (a cast to the same type, dropout in evaluation)."""
    inplace: bool = False
    """Changed its first operand."""
    repeated: bool = False
    """Stands for a number of executions that depends on data."""
    arguments: Mapping[str, Constant] = field(default_factory=dict)
    """Where none are given, they are the attributes."""

    def __post_init__(self) -> None:
        if not self.arguments:
            object.__setattr__(self, "arguments", self.attributes)

    @property
    def at_odds(self) -> bool:
        """Whether the sizes of its operands do not agree: it is recorded as if they did."""
        return "gap" in self.attributes and self.kind is not OpKind.UNKNOWN

    def operand(self, slot: str) -> Op | None:
        """The producer of the operand named ``slot``, or None."""
        for operand in self.operands:
            if operand.slot == slot:
                return operand.source
        return None

    def __repr__(self) -> str:
        """Without the operations above it, whose number of ways up grows exponentially."""
        return f"Op({self.index}, {self.kind.value}, {self.name}, {self.module}, {self.span})"
