"""Questions to one model's graph: reachability over sets, never paths."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import nullcontext
from functools import cached_property
from typing import TypeVar, TypeVarTuple

from analyzer.base import deep
from analyzer.graph import LIKE, NO_PROGRAM, BuiltModel, Decision, Op, Operand, OpGraph, OpKind, Phase, Program
from analyzer.query.conditions import Conditions
from analyzer.query.simplify import simplified
from analyzer.query.trail import Trail
from analyzer.query.tree import ModuleTree

T = TypeVar("T")
Key = TypeVarTuple("Key")
Kinds = Collection[OpKind]


class Query:
    """One model with memory for what has been asked of it; every answer is in linear time or remembered.

    ``traced`` is the model given, ``model`` the same without operations that change nothing (``simplify.py``).

    ``program`` answers what the model's data does not: which names its code mentions, what another call of it does.
    """

    def __init__(self, model: BuiltModel, program: Program = NO_PROGRAM) -> None:
        found = simplified(model)
        self.model = found.model
        self.traced = model
        self._left_out = found.left_out
        self._memory: dict[tuple[Callable[..., object], tuple[object, ...]], object] = {}
        self.program = program
        self._depth = 0
        """How many finders without a key are running."""
        self._running = 0
        """How many finders are running: the outermost one lets calls nest deeply, for all that it asks."""
        self.trail = Trail()
        """What was asked for and found, and which reasons were given, so that an answer can be explained."""

    @property
    def graph(self) -> OpGraph:
        return self.model.graph

    @cached_property
    def tree(self) -> ModuleTree:
        """The model's modules as a tree."""
        return ModuleTree(self.model.modules)

    @cached_property
    def conditions(self) -> Conditions:
        """What configuration values decided, by operation and by module."""
        return Conditions(self.model.decisions)

    def controls(self, op: Op) -> tuple[Decision, ...]:
        """The decisions without which ``op`` might not run: it ran under them, or in a module made under them."""
        return self.conditions.over(op)

    # -- neighbours ---------------------------------------------------------------------------------------------

    def ops(self, *kinds: OpKind) -> tuple[Op, ...]:
        """Operations of the forward call in order, of any of ``kinds`` (all when none is given)."""
        chosen = self.graph.of_kind(*kinds) if kinds else self.graph.ops
        found = tuple(op for op in chosen if op.phase is Phase.FORWARD)
        if not self._depth:
            self.trail.asked(f"operations {', '.join(kinds)}" if kinds else "operations", len(found))
        return found

    def operands(self, op: Op) -> tuple[Op, ...]:
        """Producers of the tensors whose numbers ``op`` reads, in order of its parameters (``x * x`` gives ``x``
        twice). What only lends its type or shape (``x.type_as(y)``, ``zeros_like(y)``) is left out."""
        return self._operands[op]

    def users(self, op: Op) -> tuple[Op, ...]:
        """Operations that read the numbers of any output of ``op``, each once, in order of execution."""
        return self._users.get(op, ())

    def left_out(self, op: Op) -> tuple[Op, ...]:
        """Operations that only hand on what ``op`` makes (``x * 1.0``): they are no users of it, nor in the graph."""
        return self._left_out.get(op, ())

    @cached_property
    def _operands(self) -> dict[Op, tuple[Op, ...]]:
        return {op: tuple(one.source for one in op.operands if not _lends(op, one)) for op in self.graph.ops}

    @cached_property
    def _users(self) -> dict[Op, tuple[Op, ...]]:
        return _users_by(self._operands)

    # -- searches -----------------------------------------------------------------------------------------------

    def sources(self, op: Op, *kinds: OpKind, through: Kinds) -> frozenset[Op]:
        """Nearest producers of any of ``kinds`` above ``op``, on ways that lead only through kinds in ``through``."""
        return _nearest(self.operands(op), kinds, through, self.operands)

    def sinks(self, op: Op, *kinds: OpKind, through: Kinds) -> frozenset[Op]:
        """Nearest consumers of any of ``kinds`` below ``op``, on ways that lead only through kinds in ``through``."""
        return _nearest(self.users(op), kinds, through, self.users)

    def producers(self, op: Op, through: Kinds) -> frozenset[Op]:
        """What ``op`` is computed from when operations of the kinds in ``through`` count as transparent."""
        return _frontier(self.operands(op), through, self.operands)

    def consumers(self, op: Op, through: Kinds) -> frozenset[Op]:
        """What is computed from ``op`` when operations of the kinds in ``through`` count as transparent."""
        return _frontier(self.users(op), through, self.users)

    def skip(self, op: Op, through: Kinds) -> Op:
        """``op`` itself, or the first operation that is not in ``through`` going up along first operands."""
        while op.kind in through and op.operands:
            op = op.operands[0].source
        return op

    def reaches(self, start: Op, end: Op, through: Kinds | None = None) -> bool:
        """Whether data flows from ``start`` to ``end``; in between only through kinds in ``through`` where given."""
        return _reaches(start, end, through, self.operands)

    def within(self, start: Op, end: Op) -> frozenset[Op]:
        """Operations that data from ``start`` passes on its way to ``end``, without the two."""
        above = _closure(end, self.operands, lambda op: op.index > start.index)
        below = _closure(start, self.users, lambda op: op.index < end.index)
        return frozenset(above & below)

    def above(self, op: Op, within: Kinds | None = None) -> frozenset[Op]:
        """Everything that ``op`` is computed from (only through kinds in ``within`` where given), without ``op``."""
        return frozenset(_closure(op, self.operands, lambda other: within is None or other.kind in within))

    def below(self, op: Op, within: Kinds | None = None) -> frozenset[Op]:
        """Everything that is computed from ``op`` (only through kinds in ``within`` where given), without ``op``."""
        return frozenset(_closure(op, self.users, lambda other: within is None or other.kind in within))

    # -- memory -------------------------------------------------------------------------------------------------

    def facts(self, finder: Callable[[Query], tuple[T, ...]]) -> tuple[T, ...]:
        """What the pure function ``finder`` finds in this model; it runs once."""
        return self.get(finder)

    def get(self, finder: Callable[[Query, *Key], T], *key: *Key) -> T:
        """What the pure function ``finder`` says about this model and ``key``; it runs once for each key.

        A finder without a key is asked about the whole model, as in ``query.get(main_stacks)``; with one about a part
        of it, as in ``query.get(score_bias, part)``. Finders ask for what they need in the same way, when they need it.

        Args:
            finder: a function of a query and a key, with no other influence and no effect.
            key: hashable arguments. What is not part of their equality must not change the answer.
        """
        question = (finder, key)
        if question not in self._memory:
            # One with a key is a step of the question that asked for it: what it asks in turn is noted as asked there.
            self._depth += not key
            self._running += 1
            try:
                with nullcontext() if self._running > 1 else deep():
                    self._memory[question] = finder(self, *key)
            finally:
                self._running -= 1
                self._depth -= not key
        found = self._memory[question]
        if not key and not self._depth and isinstance(found, tuple):
            self.trail.asked(getattr(finder, "__name__", ""), len(found))
        return found  # type: ignore[return-value]

    def because(self, reason: str, holds: bool, *places: Op) -> bool:
        """``holds``, with a note of why: ``asbuilt rules explain ID MODEL`` prints why a rule took or left
        a candidate, with the first of ``places`` for a reason that did not hold."""
        self.trail.reason(reason, holds, places)
        return holds


_AFTER = frozenset({OpKind.CAST, OpKind.RESHAPE, OpKind.EXPAND})
_MADE = frozenset({OpKind.CREATE, OpKind.RANDOM})


def _lends(op: Op, operand: Operand) -> bool:
    """Whether ``op`` takes only the type or the shape of ``operand``."""
    if op.kind in _AFTER:
        return operand is not op.operands[0]
    return op.kind in _MADE and op.name in LIKE


def _users_by(operands: Mapping[Op, Iterable[Op]]) -> dict[Op, tuple[Op, ...]]:
    """Operations by what they read, in order of execution."""
    users: dict[Op, dict[Op, None]] = {}
    for op, sources in operands.items():
        for source in sources:
            users.setdefault(source, {})[op] = None
    return {op: tuple(found) for op, found in users.items()}


Neighbours = Callable[[Op], Iterable[Op]]


def _reaches(start: Op, end: Op, through: Kinds | None, operands: Neighbours) -> bool:
    stack, seen = [end], {end}
    while stack:
        for source in operands(stack.pop()):
            if source is start:
                return True
            if source.index < start.index or source in seen or (through is not None and source.kind not in through):
                continue
            seen.add(source)
            stack.append(source)
    return False


def _nearest(first: Iterable[Op], kinds: Kinds, through: Kinds, neighbours: Neighbours) -> frozenset[Op]:
    found: set[Op] = set()
    stack = list(first)
    seen = set(stack)
    while stack:
        op = stack.pop()
        if op.kind in kinds:
            found.add(op)
        elif op.kind in through:
            _push(neighbours(op), seen, stack)
    return frozenset(found)


def _frontier(first: Iterable[Op], through: Kinds, neighbours: Neighbours) -> frozenset[Op]:
    found: set[Op] = set()
    stack = list(first)
    seen = set(stack)
    while stack:
        op = stack.pop()
        if op.kind in through:
            _push(neighbours(op), seen, stack)
        else:
            found.add(op)
    return frozenset(found)


def _closure(start: Op, neighbours: Neighbours, keep: Callable[[Op], bool]) -> set[Op]:
    seen: set[Op] = set()
    stack = [start]
    while stack:
        for op in neighbours(stack.pop()):
            if op not in seen and keep(op):
                seen.add(op)
                stack.append(op)
    return seen


def _push(ops: Iterable[Op], seen: set[Op], stack: list[Op]) -> None:
    for op in ops:
        if op not in seen:
            seen.add(op)
            stack.append(op)
