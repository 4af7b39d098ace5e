"""The graph of operations: verbs over a private networkx multigraph keyed by operand slot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import networkx as nx

from analyzer.graph.kinds import OpKind
from analyzer.graph.op import Op, Operand


class GraphError(ValueError):
    """The graph breaks its own rules: an operand that is not part of it, or one that runs after its user."""


class OpGraph:
    """All operations of one model in execution order, and what the model returns."""

    def __init__(self, ops: Sequence[Op], results: Sequence[Operand] = ()) -> None:
        self._ops = tuple(ops)
        self._results = tuple(results)

    def __len__(self) -> int:
        return len(self._ops)

    def __iter__(self) -> Iterator[Op]:
        return iter(self._ops)

    @property
    def ops(self) -> tuple[Op, ...]:
        """Every operation, construction first, in execution order."""
        return self._ops

    @property
    def results(self) -> tuple[Operand, ...]:
        """The tensors that the forward call returned; ``slot`` is the field or position in the output."""
        return self._results

    @cached_property
    def _users(self) -> dict[Op, tuple[tuple[Op, str], ...]]:
        users: dict[Op, list[tuple[Op, str]]] = {}
        for op in self._ops:
            for operand in op.operands:
                users.setdefault(operand.source, []).append((op, operand.slot))
        return {op: tuple(pairs) for op, pairs in users.items()}

    @cached_property
    def _by_kind(self) -> dict[OpKind, tuple[Op, ...]]:
        groups: dict[OpKind, list[Op]] = {}
        for op in self._ops:
            groups.setdefault(op.kind, []).append(op)
        return {kind: tuple(ops) for kind, ops in groups.items()}

    def of_kind(self, *kinds: OpKind) -> tuple[Op, ...]:
        """Operations of any of ``kinds`` in execution order."""
        if len(kinds) == 1:
            return self._by_kind.get(kinds[0], ())
        return tuple(sorted((op for kind in kinds for op in self._by_kind.get(kind, ())), key=lambda op: op.index))

    def users(self, op: Op) -> tuple[tuple[Op, str], ...]:
        """(user, slot) for every use of any output of ``op``, in execution order."""
        return self._users.get(op, ())

    def to_networkx(self) -> nx.MultiDiGraph:
        """A new ``networkx.MultiDiGraph``: nodes are ``Op`` objects, edge keys are operand slots."""
        graph = nx.MultiDiGraph()
        graph.add_nodes_from(self._ops)
        graph.add_edges_from(
            (operand.source, op, operand.slot, {"output": operand.output})
            for op in self._ops
            for operand in op.operands
        )
        return graph

    def verify(self) -> None:
        """Raise ``GraphError`` unless every operand is an earlier operation of this graph, slots unique per user."""
        seen: set[Op] = set()
        for op in self._ops:
            slots: set[str] = set()
            for operand in op.operands:
                _check(operand, op, seen, slots)
            seen.add(op)


def _check(operand: Operand, user: Op, seen: Iterable[Op], slots: set[str]) -> None:
    if operand.source not in seen:
        raise GraphError(f"operation {user.index} ({user.target}) reads an operation that is not before it")
    if operand.slot in slots:
        raise GraphError(f"operation {user.index} ({user.target}) has two operands in slot {operand.slot}")
    if not 0 <= operand.output < max(1, len(operand.source.outputs)):
        raise GraphError(f"operation {user.index} ({user.target}) reads output {operand.output} that does not exist")
    slots.add(operand.slot)
