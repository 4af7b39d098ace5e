"""Whether code follows from what it is said to be made from."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analyzer.graph import Drift
from analyzer.provenance.naming import (
    Replacement,
    cased,
    first_difference,
    prefixes,
    replaced,
    same,
    through_super,
)
from analyzer.provenance.origins import Derived, derived, model_of
from analyzer.provenance.source import ClassSource, FileSource, Member, Sources
from analyzer.sources.layout import TreeLayout


@dataclass(frozen=True, slots=True)
class Followed:
    """How many pieces follow from their originals, and those that do not."""

    count: int
    drifts: tuple[Drift, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of code and what it should be: ``state`` is empty where it is that."""

    state: str
    name: str
    own: Member
    original: str
    original_path: str
    wanted: Member
    text: tuple[str, str] = ("", "")
    reason: str = ""


def generated(sources: Sources, modular: FileSource) -> Followed:
    """The file generated from a modular file, member by member of the classes that derive from other models."""
    folder, slash, name = modular.path.rpartition("/")
    layout = sources.layout
    path = "" if layout is None else f"{folder}{slash}{layout.generated(name)}"
    made = sources.file(path) if path else None
    if layout is None or made is None:
        return Followed(0, ())
    pieces = [
        piece
        for item in derived(sources, modular)
        if item.own.name in made.classes
        for piece in _members(layout, modular, item, made.classes[item.own.name])
    ]
    return _followed("modular", path, pieces)


def _members(layout: TreeLayout, modular: FileSource, item: Derived, made: ClassSource) -> Iterator[_Piece]:
    names = prefixes(item.base.name, item.own.name)
    folders = (item.base_model, model_of(modular.path))
    changes = cased(names, (folders, (_stem(layout, item.base_path), _stem(layout, modular.path))))
    removed = {name for name, member in item.own.members.items() if member.only_raises}
    wanted = {name: (item.base_path, member) for name, member in item.base.members.items()}
    wanted |= {name: (modular.path, member) for name, member in item.own.members.items()}
    for name, (path, member) in wanted.items():
        if name in removed or name not in made.members:
            continue
        yield _judged(made, item, name, path, member, changes)


def _stem(layout: TreeLayout, path: str) -> str:
    """The model that a file is named after: ``x`` of ``modeling_x.py``."""
    return layout.stem(path.rpartition("/")[2].removesuffix(".py"))


def _judged(
    made: ClassSource, item: Derived, name: str, path: str, member: Member, changes: tuple[tuple[Replacement, ...], ...]
) -> _Piece:
    found = made.members[name]
    full = f"{made.name}.{name}"
    own = name in item.own.members
    original = f"{item.own.name if own else item.base.name}.{name}"
    code, wanted = (through_super(one.code, name) for one in (found, member))
    takes_in = own and member.calls_super
    follows = same(wanted, code) or any(same(replaced(wanted, way), code) for way in changes)
    if follows and not (takes_in and name in item.base.members):
        return _Piece("", full, found, original, path, member)
    if takes_in:
        return _Piece("unknown", full, found, original, path, member, reason="it takes in the body of its parent's")
    text = first_difference(code, replaced(wanted, changes[0]))
    return _Piece("drifted", full, found, original, path, member, text)


_MARK = r"^\s*#\s*Copied from (?:{package}\.)?(?P<path>[\w.]+)(?:\s+with\s+(?P<changes>.+?))?\s*$"
"""A mark in force: with words before it ("TODO: use modular - Copied from …") it is only a note."""
_IGNORED = re.compile(r"#\s*Ignore copy")
_HEAD = re.compile(r"^\s*(?:async\s+)?(?:def|class)\s+(\w+)")


def copies(sources: Sources, source: FileSource) -> Followed:
    """The blocks of a file that are marked as copies, after the replacements that the marks state."""
    if sources.layout is None:
        return Followed(0, ())
    mark_in_force = re.compile(_MARK.format(package=re.escape(sources.layout.package)))
    by_line = _definitions(source)
    pieces = [
        piece
        for number, line in enumerate(source.lines, 1)
        if (mark := mark_in_force.match(line)) is not None and (target := _below(source, number, by_line)) is not None
        for piece in _copied(sources, source, target, mark)
    ]
    return _followed("copy", source.path, pieces)


@dataclass(frozen=True, slots=True)
class _Located:
    """A definition of a file: a class, or a member of a class or of the file (``owner`` empty)."""

    owner: str
    name: str
    found: ClassSource | Member


def _definitions(source: FileSource) -> dict[int, _Located]:
    found: dict[int, _Located] = {member.line: _Located("", name, member) for name, member in source.functions.items()}
    for name, one in source.classes.items():
        found[one.line] = _Located("", name, one)
        found.update({member.line: _Located(name, key, member) for key, member in one.members.items()})
    return found


def _below(source: FileSource, number: int, by_line: Mapping[int, _Located]) -> _Located | None:
    """The definition that a comment in line ``number`` is about."""
    for line in range(number, min(number + 12, len(source.lines))):
        if _HEAD.match(source.lines[line]):
            return by_line.get(line + 1)
    return None


def _copied(sources: Sources, source: FileSource, target: _Located, mark: re.Match[str]) -> Iterator[_Piece]:
    original = _original(sources, mark["path"])
    changes = _changes(mark["changes"] or "")
    if original is None:
        return
    path, found = original
    if isinstance(target.found, Member) and isinstance(found, Member):
        yield _same_piece(target.found, target.name, path, mark["path"], found, changes)
    elif isinstance(target.found, ClassSource) and isinstance(found, ClassSource):
        for name, member in target.found.members.items():
            if name in found.members and not _is_ignored(source, member):
                full = f"{target.name}.{name}"
                yield _same_piece(member, full, path, f"{mark['path']}.{name}", found.members[name], changes)


def _same_piece(
    own: Member, name: str, path: str, original: str, wanted: Member, changes: tuple[Replacement, ...]
) -> _Piece:
    code = replaced(wanted.code, changes)
    if code == own.code or _headless(code) == _headless(own.code):
        return _Piece("", name, own, original, path, wanted)
    return _Piece("drifted", name, own, original, path, wanted, first_difference(own.code, code))


def _headless(code: str) -> str:
    """Without the name that is defined: a copy may have another."""
    return re.sub(r"^(async )?(def|class) \w+", "", code, count=1)


def _is_ignored(source: FileSource, member: Member) -> bool:
    """Whether the mark that lets a copy differ stands above a member (an attribute: above those it follows in a row),
    or in its body."""
    method = isinstance(member.node, ast.FunctionDef | ast.AsyncFunctionDef)
    first = min((one.lineno for one in getattr(member.node, "decorator_list", ())), default=member.line) - 1
    while first > 0 and (above := source.lines[first - 1].strip()) and (above.startswith("#") or not method):
        first -= 1
    return any(_IGNORED.search(line) for line in source.lines[first : getattr(member.node, "end_lineno", member.line)])


def _original(sources: Sources, dotted: str) -> tuple[str, ClassSource | Member] | None:
    parts = dotted.split(".")
    for count in range(len(parts) - 1, 0, -1):
        source = sources.file("/".join(parts[:count]) + ".py")
        if source is not None:
            found = _inside(source, parts[count:])
            return None if found is None else (source.path, found)
    return None


def _inside(source: FileSource, names: list[str]) -> ClassSource | Member | None:
    if len(names) == 1:
        return source.classes.get(names[0]) or source.functions.get(names[0])
    one = source.classes.get(names[0])
    return one.members.get(names[1]) if one is not None and len(names) == 2 else None


def _changes(text: str) -> tuple[Replacement, ...]:
    """``Bert->Roberta,bert->roberta``; with ``all-casing`` also in small and capital letters."""
    found: list[Replacement] = []
    for part in text.replace("all-casing", "").split(","):
        old, arrow, new = (piece.strip() for piece in part.partition("->"))
        if arrow:
            found.append((old, new))
            if "all-casing" in text:
                found.extend(((old.lower(), new.lower()), (old.upper(), new.upper())))
    return tuple(found)


def _followed(kind: str, path: str, pieces: list[_Piece]) -> Followed:
    drifts = tuple(
        Drift(
            kind="modular" if kind == "modular" else "copy",
            state="drifted" if piece.state == "drifted" else "unknown",
            name=piece.name,
            path=path,
            line=piece.own.line,
            original=piece.original,
            original_path=piece.original_path,
            original_line=piece.wanted.line,
            text=piece.text[0],
            original_text=piece.text[1],
            reason=piece.reason,
        )
        for piece in pieces
        if piece.state
    )
    return Followed(sum(not piece.state for piece in pieces), drifts)
