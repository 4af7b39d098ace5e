"""Loads rules from TOML files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from analyzer.base import InputError, as_path
from analyzer.rule.data.check import PLACEHOLDER, PredicateCheck, subject_of
from analyzer.rule.data.parse import parse
from analyzer.rule.data.scope import RuleScope
from analyzer.rule.data.terms import Predicate, TraitName, ValueComparison, conditions, subjects
from analyzer.rule.data.tokens import PredicateError
from analyzer.rule.example_programs import attention_example, block_example, model_example
from analyzer.rule.rule import NO_CONFIG, Example, Removed, Rule
from analyzer.rule.vocabulary import find_trait
from analyzer.sources.documents import Limits, checked, read_toml


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of the tables of a rule file."""


class _ScopeTable(_Table, frozen=True, kw_only=True):
    model_types: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    stacks: Literal["main", "any"] = "any"


class _BlockTable(_Table, frozen=True, kw_only=True):
    init: str
    forward: str
    width: int | UnsetType = UNSET
    fields: dict[str, Any] | UnsetType = UNSET
    prelude: str | UnsetType = UNSET
    class_body: str | UnsetType = UNSET


class _Attention(_Table, frozen=True, kw_only=True):
    attend: str | UnsetType = UNSET
    init: str | UnsetType = UNSET
    project: str | UnsetType = UNSET
    fields: dict[str, Any] | UnsetType = UNSET
    prelude: str | UnsetType = UNSET


class _Model(_Table, frozen=True, kw_only=True):
    init: str | UnsetType = UNSET
    forward: str | UnsetType = UNSET
    model: str | UnsetType = UNSET
    start: str | UnsetType = UNSET
    end: str | UnsetType = UNSET
    width: int | UnsetType = UNSET
    layers: int | UnsetType = UNSET
    shared: str | UnsetType = UNSET
    fields: dict[str, Any] | UnsetType = UNSET
    prelude: str | UnsetType = UNSET
    class_body: str | UnsetType = UNSET


class _Example(_Table, frozen=True, kw_only=True):
    """The program is ``code``, or what the function of that name in ``example_programs`` makes of the table."""

    expect: Literal["match", "no match", "unknown"]
    code: str | None = None
    block: _BlockTable | None = None
    attention: _Attention | None = None
    model: _Model | None = None
    config: dict[str, Any] = {}
    inputs: dict[str, tuple[str, tuple[int, ...]]] | None = None


class _Rule(_Table, frozen=True, kw_only=True):
    id: str
    name: str
    title: str
    why: str
    when: str
    message: str
    severity: Literal["info", "warning", "error"] = "warning"
    kind: Literal["hazard", "divergence"] = "hazard"
    confidence: Literal["high", "medium", "low"] = "high"
    stage: Literal["preview", "stable", "deprecated"] = "stable"
    replaced_by: str = ""
    references: tuple[str, ...] = ()
    scope: _ScopeTable = _ScopeTable()
    examples: tuple[_Example, ...] = ()


class _Removed(_Table, frozen=True, kw_only=True):
    id: str
    name: str
    use: str


_CODE = "bad-rule"
_LIMITS = Limits(size=2_000_000, values=100_000)
_LONGEST = 10_000
_EXPECTED = {"match": True, "no match": None, "unknown": "unknown"}
_PROGRAMS: dict[str, type[Any]] = {"block": _BlockTable, "attention": _Attention, "model": _Model}
_BUILDERS: dict[str, Callable[..., Example]] = {
    "block": block_example,
    "attention": attention_example,
    "model": model_example,
}
_KEY = re.compile(r" - at `\$\.?([^`]*)`$")


def load_data(path: Path) -> tuple[tuple[Rule, ...], tuple[Removed, ...]]:
    """The rules of a TOML file, and the rules that it no longer holds.

    The file itself is a rule, or it holds several under ``[[rules]]``.

    Raises:
        InputError: The file is not of this form. The error names file, line and key.
    """
    source = _Source(path)
    content = dict(source.content)
    removed = tuple(
        source.table(item, _Removed, f"removed[{n}]") for n, item in enumerate(source.tables(content, "removed") or ())
    )
    several = source.tables(content, "rules")
    if several is not None and content:
        raise source.error("a file holds one rule, or several under [[rules]], not both", next(iter(content)))
    tables = [("", content)] if several is None else [(f"rules[{n}]", item) for n, item in enumerate(several)]
    rules = tuple(_rule(source, key, table) for key, table in tables if table)
    if not rules and not removed:
        raise source.error("holds no rule", "")
    return rules, tuple(Removed(item.id, item.name, item.use) for item in removed)


class _Source:
    """A TOML file. Makes errors that name a key and its line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        document = checked(read_toml(path, code=_CODE, limits=_LIMITS), code=_CODE, limits=_LIMITS)
        self._text: str = document.text
        self.content: dict[str, Any] = document.content

    def tables(self, content: dict[str, Any], key: str) -> list[Any] | None:
        """Removes the tables under ``[[key]]`` from ``content`` and returns them; None if there are none."""
        found = content.pop(key, None)
        if found is not None and not isinstance(found, list):
            raise self.error(f"write [[{key}]] above each table", key)
        return found

    def table(self, content: object, kind: type[Any], key: str) -> Any:
        """``content`` as the table ``kind``."""
        try:
            return msgspec.convert(content, kind)
        except msgspec.ValidationError as error:
            message = str(error)
            found = _KEY.search(message)
            inner = _join(key, found[1] if found else "")
            raise self.error(*_complaint(_KEY.sub("", message), kind, inner)) from error

    def error(self, message: str, key: str) -> InputError:
        """An error at ``key`` (``rules[1].scope.stacks``)."""
        return self._broken(f"{key}: {message}" if key else message, self._line(key))

    def _line(self, key: str) -> int:
        """The line of ``key``, or of the closest table around it that the file writes out."""
        position = 0
        for name, number in re.findall(r"(\w+)(?:\[(\d+)\])?", key):
            pattern = rf"^\s*(?:\[+\s*(?:\w+\.)*{name}\s*\]+|{name}\s*(?:\.\w+\s*)*=)"
            found = list(re.compile(pattern, re.MULTILINE).finditer(self._text, position))
            if len(found) <= int(number or 0):
                break
            position = found[int(number or 0)].start()
        while position < len(self._text) and self._text[position].isspace():
            position += 1
        return self._text.count("\n", 0, position) + 1

    def _broken(self, message: str, line: int) -> InputError:
        return InputError(message, path=as_path(str(self.path)), line=line, code=_CODE)


def _complaint(message: str, kind: type[Any], key: str) -> tuple[str, str]:
    """The message of an error and its key. For an unknown key it suggests a similar one."""
    unknown = re.fullmatch(r"Object contains unknown field `(\w+)`", message)
    if unknown is None:
        return message[0].lower() + message[1:], key
    tables: dict[str, type[Any]] = {"scope": _ScopeTable, "examples": _Example, **_PROGRAMS}
    known = tables.get(re.sub(r"\[.*?\]", "", key).rpartition(".")[2], kind).__struct_fields__
    near = get_close_matches(unknown[1], known, 1)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
    return f"unknown key; {hint}", _join(key, unknown[1])


def _rule(source: _Source, key: str, content: object) -> Rule:
    table: _Rule = source.table(content, _Rule, key)
    predicate = _predicate(source, _join(key, "when"), table.when)
    _check_message(source, _join(key, "message"), table.message)
    scope = RuleScope(table.scope.model_types, table.scope.classes, table.scope.modules, table.scope.stacks)
    read = [subject.name for subject in subjects(predicate) if isinstance(subject, TraitName)]
    read += [name for name in PLACEHOLDER.findall(table.message) if isinstance(subject_of(name), TraitName)]
    return Rule(
        table.id,
        table.name,
        PredicateCheck(predicate, scope, table.message),
        kind=table.kind,
        severity=table.severity,
        references=table.references,
        examples=tuple(
            _example(source, _join(key, f"examples[{n}]"), table.name, one) for n, one in enumerate(table.examples)
        ),
        reads=tuple(dict.fromkeys(read)),
        confidence=table.confidence,
        stage=table.stage,
        replaced_by=table.replaced_by,
        text=f"{table.title.strip()}\n\n{table.why.strip()}\n\nMatches where\n\n    {table.when.strip()}\n",
        file=str(source.path),
    )


def _join(key: str, name: str) -> str:
    return ".".join(filter(None, (key, name)))


def _predicate(source: _Source, key: str, text: str) -> Predicate:
    if len(text) > _LONGEST:
        raise source.error(f"longer than {_LONGEST:,} characters: write several rules", key)
    try:
        predicate = parse(text)
    except PredicateError as error:
        raise source.error(str(error), key) from error
    for complaint in _foreign_words(predicate):
        raise source.error(complaint, key)
    return predicate


def _foreign_words(predicate: Predicate) -> Iterator[str]:
    """Messages about words in comparisons that are no value of the trait."""
    for condition in conditions(predicate):
        if not isinstance(condition, ValueComparison) or not isinstance(condition.subject, TraitName):
            continue
        trait = find_trait(condition.subject.name)
        if trait is None or trait.type != "word" or trait.open or not isinstance(condition.other, tuple):
            continue
        for value in condition.other:
            if value not in trait.values:
                yield f"{value!r} is no value of {trait.name} ({', '.join(trait.values)})"


def _check_message(source: _Source, key: str, message: str) -> None:
    for name in PLACEHOLDER.findall(message):
        if "." not in name:
            raise source.error(f"{{{name}}} is neither a trait (norm.placement) nor a field (config.hidden_size)", key)


def _example(source: _Source, key: str, name: str, table: _Example) -> Example:
    given = [word for word in ("code", *_BUILDERS) if getattr(table, word) is not None]
    if len(given) != 1:
        raise source.error(f"needs one of code, {', '.join(_BUILDERS)}", key)
    expected = {name: _EXPECTED[table.expect]}
    if table.code is not None:
        return Example(table.code, expected, table.config or NO_CONFIG, table.inputs)
    settings = msgspec.structs.asdict(getattr(table, given[0]))
    chosen = {setting: value for setting, value in settings.items() if value is not UNSET}
    found = _BUILDERS[given[0]](finds=expected, inputs=table.inputs or {}, **chosen)
    return replace(found, config=table.config or NO_CONFIG)
