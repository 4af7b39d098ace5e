"""Stacks: modules of one list that feed each other and carry a residual stream."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from analyzer.base import NOWHERE, Span
from analyzer.facts.dataflow.layout import width
from analyzer.facts.mixers.branch_content import mixes_positions
from analyzer.facts.residual.residual import Residual, residuals
from analyzer.graph import Op
from analyzer.query import Query
from analyzer.query.tree import common_path, is_inside, parent_of


@dataclass(frozen=True, slots=True)
class Layer:
    """One member of a stack: its module path, its number, and the residual additions of its own stream in order."""

    path: str
    index: int
    residuals: tuple[Residual, ...]


@dataclass(frozen=True, slots=True)
class Stack:
    """Layers in order of execution. ``path`` is that of the list, numbers of enclosing lists as ``*``."""

    path: str
    layers: tuple[Layer, ...]

    @property
    def pattern(self) -> str:
        """The module pattern of all its layers (``model.layers.*``); empty for a stream without a list of modules."""
        return f"{self.path}.*" if self.path else ""

    @property
    def residuals(self) -> tuple[Residual, ...]:
        return tuple(residual for layer in self.layers for residual in layer.residuals)


def stacks(query: Query) -> tuple[Stack, ...]:
    """Every stack in order of execution; a model whose blocks are no modules of a list has one with an empty path."""
    members = query.get(layer_paths)
    by_layer: dict[str, list[Residual]] = {}
    for residual in query.facts(residuals):
        by_layer.setdefault(_innermost(_place(query, residual), members), []).append(residual)
    by_pattern: dict[str, list[Layer]] = {}
    for path in sorted(by_layer, key=lambda path: by_layer[path][0].add.index):
        own = _own(query, by_layer[path])
        if path or len(by_layer) == 1:
            pattern = wildcard(parent_of(path))
            by_pattern.setdefault(pattern, []).append(Layer(path, _number(path), own))
    return tuple(Stack(pattern, tuple(layers)) for pattern, layers in by_pattern.items())


def list_place(query: Query, stack: Stack) -> Span:
    """Where the list of the layers is made."""
    container = query.tree.get(parent_of(stack.layers[0].path))
    return NOWHERE if container is None or not stack.path else container.created


def layer_paths(query: Query) -> frozenset[str]:
    """Paths of all modules that are members of a list whose members feed each other and that add residually."""
    adding = query.get(_by_path)
    found: set[str] = set()
    for container in query.tree.lists():
        children = query.tree.children(container)
        if sum(child in adding for child in children) * 2 < len(children) or _is_sequence_of_parts(query, container):
            continue
        if _feed_each_other(query, frozenset(children)):
            found.update(children)
    return frozenset(found)


def _by_path(query: Query) -> Mapping[str, tuple[Residual, ...]]:
    """The additions that belong to a module or to one inside it, for every module with any."""
    found: dict[str, list[Residual]] = {}
    for residual in query.facts(residuals):
        for path in query.tree.ancestors(_place(query, residual)):
            found.setdefault(path, []).append(residual)
    return {path: tuple(below) for path, below in found.items()}


def _place(query: Query, residual: Residual) -> str:
    """The module that an addition belongs to: the one that adds, or, where layers are plain lists of their parts, which
    can add nothing themselves, the part that made the branch."""
    adder = residual.add.module
    numbered = query.get(_numbered)
    if not numbered.isdisjoint(query.tree.ancestors(adder)):
        return adder
    made = common_path(op.module for op in residual.region if op.module != adder and is_inside(op.module, adder))
    listed = (path in numbered and parent_of(path) in numbered for path in query.tree.ancestors(made))
    return made if any(listed) else adder


def _numbered(query: Query) -> frozenset[str]:
    """Paths of all members of lists."""
    return frozenset(child for container in query.tree.lists() for child in query.tree.children(container))


def _is_sequence_of_parts(query: Query, container: str) -> bool:
    """Whether a list inside a member of another list holds the parts of a layer, not layers.

    The parts are one of each class, or one branch each, and only some of the branches mix positions.
    """
    children = query.tree.children(container)
    if len(children) < 2 or not any(part.isdecimal() for part in container.split(".")):
        return False
    modules = [query.tree.get(child) for child in children]
    classes = {module.qualified_name for module in modules if module}
    return len(classes) == len(modules) or _are_branches(query, children)


def _are_branches(query: Query, children: tuple[str, ...]) -> bool:
    """Whether each member adds once, and together they do what a transformer layer does."""
    adding = query.get(_by_path)
    found = [one for child in children for one in adding.get(child, ())]
    outer = [one for one in found if not any(_inside(one, other) for other in found)]
    return len(outer) == len(children) and _are_blocks(query, outer)


def _feed_each_other(query: Query, children: frozenset[str]) -> bool:
    """Whether each member, after the first that runs, reads what the one before it made."""
    members = query.get(_members_of_lists)
    last: dict[Op, str] = {}
    fed: set[str] = set()
    order: dict[str, None] = {}
    for op in _span(query, children):
        own = next((path for path in members.get(op.module, ()) if path in children), None)
        reads = [last[operand.source] for operand in op.operands if operand.source in last]
        if own is not None:
            fed.update([own] if any(read != own for read in reads) else [])
            order[own] = None
            last[op] = own
        elif reads:
            last[op] = reads[-1]
    return bool(order) and all(path in fed for path in list(order)[1:])


def _span(query: Query, children: frozenset[str]) -> tuple[Op, ...]:
    """The operations from the first to the last of any of the members."""
    members = query.get(_members_of_lists)
    ops = query.ops()
    own = [i for i, op in enumerate(ops) if not children.isdisjoint(members.get(op.module, ()))]
    return ops[own[0] : own[-1] + 1] if own else ()


def _members_of_lists(query: Query) -> Mapping[str, tuple[str, ...]]:
    """For every module in which operations run: the members of lists that it lies in."""
    numbered = query.get(_numbered)
    modules = {op.module for op in query.ops()}
    return {path: tuple(one for one in query.tree.ancestors(path) if one in numbered) for path in modules}


def _innermost(path: str, members: frozenset[str]) -> str:
    while path and path not in members:
        path = parent_of(path)
    return path


def _own(query: Query, found: list[Residual]) -> tuple[Residual, ...]:
    """Those of the layer's own stream: not the ones inside another's branch, nor one that wraps whole blocks (on a
    stream of as many features)."""
    inner = {outer.add: [one for one in found if _inside(one, outer)] for outer in found}
    alike = {add: [one for one in below if width(one.add) == width(add)] for add, below in inner.items()}
    wrapping = {add for add, below in alike.items() if len(below) > 1 and _are_blocks(query, below)}
    nested = {one.add for add, below in inner.items() if add not in wrapping for one in below}
    return tuple(one for one in found if one.add not in nested and one.add not in wrapping)


def _inside(one: Residual, outer: Residual) -> bool:
    return one is not outer and one.add.index < outer.add.index and one.add in outer.region


def _are_blocks(query: Query, found: list[Residual]) -> bool:
    """Whether some mix positions and others do not, as the parts of a transformer layer do."""
    mixing = {mixes_positions(query, one.region) for one in found}
    return len(mixing) == 2


def _number(path: str) -> int:
    last = path.rpartition(".")[2]
    return int(last) if last.isdecimal() else 0


def wildcard(path: str) -> str:
    """``path`` with every number replaced by ``*``."""
    return re.sub(r"(?<![^.])\d+(?![^.])", "*", path)
