"""How parameters start out: by the program's initialisation functions, else as the constructors left them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from analyzer.base import Span
from analyzer.facts.norms.norms import norms
from analyzer.facts.stacks.stacks import wildcard
from analyzer.graph import Constant, Initial, Op, OpKind
from analyzer.query import Query, number
from analyzer.values import plain


class Role(StrEnum):
    """What a parameter is used for: a matrix that activations are multiplied by, a table, the scale of a norm, a bias,
    anything else."""

    MATRIX = "matrix"
    TABLE = "table"
    NORM = "norm"
    BIAS = "bias"
    OTHER = "other"


MOST = 256
SCHEMES = {
    "fill": "constant",
    "zero": "zeros",
    "copy_from": "computed",
    "identity_matrix": "identity",
    "dirac": "identity",
}
"""Distributions that are not called like the operation that fills the parameter."""


@dataclass(frozen=True, slots=True)
class InitialValues:
    """How the parameters of one kind start out. ``scheme`` is the distribution, ``std`` its standard deviation where
    it is given; ``partly`` says that some rows are filled otherwise, ``varies`` that layers differ."""

    name: str
    role: Role
    scheme: str
    std: int | float | None
    span: Span
    partly: bool
    varies: bool

    @property
    def module(self) -> str:
        return self.name.rpartition(".")[0]


def initial_values(query: Query) -> tuple[InitialValues, ...]:
    """Every parameter that the program fills itself; very many of one kind (experts) are one, under their pattern."""
    roles = dict(_roles(query))
    alike: dict[str, list[str]] = {}
    for parameter in query.model.parameters:
        alike.setdefault(wildcard(parameter.name), []).append(parameter.name)
    found: list[InitialValues] = []
    for one in filter(lambda one: one.followed, query.model.initial):
        values, names = _values(one, roles.get(one.name, Role.OTHER)), alike.get(wildcard(one.name), [])
        found += [replace(values, name=name) for name in (names if len(names) <= MOST else [wildcard(one.name)])]
    return tuple(found)


def _values(found: Initial, role: Role) -> InitialValues:
    scheme = SCHEMES.get(found.function, found.function)
    value = number(found.arguments.get("std"))
    if scheme == "constant":
        scheme = _constant(found.arguments.get("value", found.arguments.get("fill")))
    return InitialValues(found.name, role, scheme, value, found.span, bool(found.partly), found.varies)


def _constant(value: Constant) -> str:
    bare = plain(value)
    return "zeros" if bare == 0 else "ones" if bare == 1 else "constant"


def _roles(query: Query) -> Iterator[tuple[str, Role]]:
    """Parameters by what reads them; that a norm does counts more than how."""
    for parameter in query.graph.of_kind(OpKind.PARAMETER):
        yield str(parameter.arguments.get("name", "")), _role(query, parameter)
    for norm in query.facts(norms):
        for part, role in ((norm.affine.weight, Role.NORM), (norm.affine.bias, Role.BIAS)):
            if part is not None:
                yield part.name, role


def _role(query: Query, parameter: Op) -> Role:
    if len(parameter.outputs[0].shape) < 2:
        return Role.BIAS if any(_is_bias(query, parameter, user) for user in query.users(parameter)) else Role.OTHER
    kinds = {op.kind for op in query.below(parameter, within=_READING)} | {op.kind for op in query.users(parameter)}
    if OpKind.EMBEDDING in kinds:
        return Role.TABLE
    return Role.MATRIX if kinds & _PRODUCTS else Role.OTHER


_PRODUCTS = frozenset({OpKind.LINEAR, OpKind.MATMUL, OpKind.EINSUM, OpKind.CONV})
_READING = frozenset({OpKind.CAST, OpKind.TRANSPOSE, OpKind.RESHAPE, OpKind.SLICE, OpKind.INDEX, *_PRODUCTS})


def _is_bias(query: Query, parameter: Op, user: Op) -> bool:
    if user.kind in _PRODUCTS:
        return user.operand("bias") is parameter or user.operand("input") is parameter
    return user.kind is OpKind.ADD
