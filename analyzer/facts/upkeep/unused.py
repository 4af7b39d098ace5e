"""What the code leaves unused: configuration fields that nothing reads, parameters that no call reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.base import Gap, GapCode, Span
from analyzer.graph import ConfigField, FieldRead, FileScope, OpKind, Phase, Status, TyingClaim
from analyzer.query import Query
from analyzer.query.tree import parent_of


@dataclass(frozen=True, slots=True)
class Unused:
    """Parameters below one attribute that the forward call did not read and no code mentions.

    ``path`` is that of the module or parameter, ``attribute`` the name under which its owner keeps it.
    """

    path: str
    attribute: str
    names: tuple[str, ...]
    span: Span


def own_fields(query: Query) -> tuple[ConfigField, ...]:
    """Configuration fields that are declared beside the model's own code, with their place."""
    folder = parent_folder(query.model.path)
    return tuple(one for one in query.model.config.values() if one.span.path and parent_folder(one.span.path) == folder)


def unread_fields(query: Query) -> tuple[ConfigField, ...]:
    """Those of ``own_fields`` that were not read and that no code which may have a hand in the model mentions."""
    usage = query.model.usage
    read = {one.field for one in usage.reads}
    return tuple(
        field
        for field in query.facts(own_fields)
        if field.name not in read
        and last(field.name) not in usage.aliases
        and not query.program.mentions(last(field.name), FileScope.ALL)
    )


def fallback_reads(query: Query) -> tuple[tuple[FieldRead, ConfigField], ...]:
    """Reads beside the model's own code that give a constant for the case that the field is missing, with the field."""
    folder = parent_folder(query.model.path)
    return tuple(
        (read, query.model.config[read.field])
        for read in query.model.usage.reads
        if read.has_fallback and parent_folder(read.span.path) == folder and read.field in query.model.config
    )


def unused_parameters(query: Query) -> tuple[Unused, ...]:
    """Parameters that the forward call did not read although it was followed completely, and whose attribute is read
    nowhere in the files of the model's classes."""
    model = query.model
    if model.status is not Status.COMPLETE:
        return ()
    unused = [name for name in query.get(_unread_names) if name not in model.tied]
    groups: dict[str, list[str]] = {}
    for name in unused:
        groups.setdefault(_highest(query, name), []).append(name)
    found = (_unused(query, path, names) for path, names in groups.items())
    unused_ones = (one for one in found if one is not None)
    return tuple(one for one in unused_ones if not query.program.mentions(one.attribute, FileScope.MODULES))


def unmatched_claims(query: Query) -> tuple[tuple[TyingClaim, str], ...]:
    """Declarations of shared parameters, each with the name or pattern in it that fits no parameter; nothing where
    parameters may be missing for another reason than that the program looked for just this name in vain."""
    names = [tensor.name for tensor in (*query.model.parameters, *query.model.buffers)]
    found = []
    for claim in query.model.usage.claims:
        prefix = f"{claim.module}." if claim.module else ""
        below = [name.removeprefix(prefix) for name in names if name.startswith(prefix)]
        found += [(claim, word) for word in (claim.tied, claim.source) if word and not _fits(word, below)]
    gaps = query.model.unbuilt
    return tuple((claim, word) for claim, word in found if all(_is_about(gap, claim, word) for gap in gaps))


def _is_about(gap: Gap, claim: TyingClaim, word: str) -> bool:
    """Whether constructing ended because of ``claim``, or because a part of ``word`` was asked for and is not there."""
    named = [name for name in (claim.tied, claim.source) if name] + [f"'{part}'" for part in word.split(".")]
    return gap.code is GapCode.RAISED and any(name in gap.explanation for name in named)


def last(name: str) -> str:
    """The last part of a dotted name."""
    return name.rpartition(".")[2]


def parent_folder(path: str) -> str:
    """The folder of a file's path."""
    return path.rpartition("/")[0]


def _fits(pattern: str, names: list[str]) -> bool:
    """Whether ``pattern`` fits a name in the way in which shared parameters are looked up, from the beginning."""
    try:
        return any(re.match(pattern, name) for name in names)
    except re.error:
        return True


def _unread_names(query: Query) -> frozenset[str]:
    used = {one.source for op in query.graph.ops if op.phase is Phase.FORWARD for one in op.operands}
    return frozenset(str(op.arguments["name"]) for op in query.graph.of_kind(OpKind.PARAMETER) if op not in used)


def _highest(query: Query, name: str) -> str:
    """The path of the topmost module (or the parameter itself) below which nothing was read."""
    read, highest, path = query.get(_read_paths), name, parent_of(name)
    while path and path not in read:
        highest, path = path, parent_of(path)
    return highest


def _read_paths(query: Query) -> frozenset[str]:
    """Paths of the modules below which some parameter was read."""
    unread = query.get(_unread_names)
    owners = {parent_of(one.name) for one in query.model.parameters if one.name not in unread}
    return frozenset(path for owner in owners for path in query.tree.ancestors(owner))


def _unused(query: Query, path: str, names: list[str]) -> Unused | None:
    """None where the owner is a library's: what it does with its parameters is its own affair."""
    holder = path
    while holder and (owner := query.tree.get(parent_of(holder))) is not None:
        if not owner.library:
            module = query.tree.get(path)
            span = module.created if module is not None else _parameter_span(query, path)
            return Unused(path, last(holder), tuple(names), span)
        if not _is_container(query, parent_of(holder)):
            return None
        holder = parent_of(holder)
    return None


def _is_container(query: Query, path: str) -> bool:
    """Whether a library's module only holds others."""
    own = {parent_of(one.name) for one in query.model.parameters}
    return path not in own


def _parameter_span(query: Query, name: str) -> Span:
    return next(one.span for one in query.model.parameters if one.name == name)


def schedules(query: Query) -> Iterator[tuple[ConfigField, tuple[str, ...]]]:
    """Fields of the model's own that hold one word for each of several layers, not all the same."""
    for field in query.facts(own_fields):
        value = field.value
        if isinstance(value, list) and len(value) > 1 and all(isinstance(one, str) for one in value):
            words = tuple(dict.fromkeys(str(one) for one in value))
            if 1 < len(words) < len(value):
                yield field, words


def ignored_schedules(query: Query) -> tuple[tuple[ConfigField, tuple[str, ...]], ...]:
    """Those of ``schedules`` that the code beside the model's modules neither reads nor mentions; what the library does
    with them (caches, masks for the asking) does not count."""
    usage = query.model.usage
    beside = {parent_folder(one.span.path) for one in query.model.modules if not one.library} - {""}
    beside.add(parent_folder(query.model.path))
    read = {one.field for one in usage.reads if one.span.path and parent_folder(one.span.path) in beside}
    return tuple(
        (field, words)
        for field, words in schedules(query)
        if field.name not in read and not query.program.mentions(last(field.name), FileScope.OWN)
    )
