"""Runs the examples of rules, as written and with every local name replaced."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import libcst as cst

from analyzer.base import InputError, is_theirs
from analyzer.frameworks import NAMES
from analyzer.graph import BuiltModel, Status
from analyzer.interpret import Request, build, open_workspace
from analyzer.query import Query
from analyzer.rule.origins import bare
from analyzer.rule.renaming import rename
from analyzer.rule.rule import Example, Rule
from analyzer.sources.cache import SyntaxCache

FILE = f"{NAMES.layouts[0].model_prefix}example.py"
"""Marks of copies name the file that they are from, as a library of models calls it."""


class Variant(StrEnum):
    WRITTEN = "as written"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """The result of one example in one variant. ``complaint`` says what is wrong and is empty if nothing is."""

    rule: str
    number: int
    variant: Variant
    complaint: str = ""

    @property
    def passed(self) -> bool:
        return not self.complaint


Builder: TypeAlias = Callable[[Example], BuiltModel]


def run_examples(rule: Rule, build_example: Builder | None = None) -> tuple[ExampleResult, ...]:
    """The results of all examples of ``rule`` in both variants.

    Args:
        rule: The rule to test.
        build_example: Builds the model of an example; ``build_snippet`` if None.
    """
    builder = build_example or build_snippet
    return tuple(
        ExampleResult(rule.id, number, variant, _complaint(rule, example, variant, builder))
        for number, example in enumerate(rule.examples, 1)
        for variant in (Variant if not example.textual else (Variant.WRITTEN,))
    )


def build_snippet(example: Example) -> BuiltModel:
    """The model of the last class in the example's code. The files of the example form a source tree of their own."""
    code = textwrap.dedent(example.code).lstrip("\n")
    with TemporaryDirectory(prefix="asbuilt-") as folder:
        for path, text in {FILE: code, **example.files}.items():
            (Path(folder) / path).parent.mkdir(exist_ok=True)
            (Path(folder) / path).write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        workspace = open_workspace(Path(folder) / FILE, cache=SyntaxCache.open())
        entry = workspace.catalogue().find(_last_class(code).name.value)
        config = dict(example.config) or None
        model = build(workspace, Request(entry=entry, config=config, inputs=example.inputs))
        drifts = model.drifts()  # before the files are gone
        return replace(model, drifts=lambda: drifts)


def renamed_example(example: Example) -> Example:
    """``example`` with every local name replaced, except for the inputs of the analysed call."""
    code = textwrap.dedent(example.code).lstrip("\n")
    keep = frozenset(_forward_parameters(_last_class(code)))
    return replace(example, code=rename({FILE: code}, keep=keep).files[FILE])


def observed(rule: Rule, model: BuiltModel) -> dict[str, list[object]]:
    """The values that ``rule`` finds in ``model``, by trait. An undecided value reads ``unknown``."""
    found: dict[str, list[object]] = {}
    for match in rule.matches(Query(model)):
        value = "unknown" if match.reason else bare(match.value)
        found.setdefault(match.trait or _first_trait(rule), []).append(value)
    return found


def _complaint(rule: Rule, example: Example, variant: Variant, builder: Builder) -> str:
    try:
        model = builder(renamed_example(example) if variant is Variant.RENAMED else example)
    except (InputError, cst.ParserSyntaxError) as error:
        return f"the example can not be analysed: {error}"
    if model.status is Status.FAILED:
        return f"the example can not be built: {model.failure}"
    try:
        found = observed(rule, model)
    except BaseException as error:
        if not is_theirs(error):
            raise
        return f"the rule raises {type(error).__name__}: {error}"
    return "; ".join(_differences(example.expected, found)) + _gaps(model) if _differs(example, found) else ""


def _differs(example: Example, found: Mapping[str, list[object]]) -> bool:
    return any(True for _ in _differences(example.expected, found))


def _differences(expected: Mapping[str, object], found: Mapping[str, list[object]]) -> Iterator[str]:
    for trait, value in expected.items():
        values = found.get(trait, [])
        if not _fits(value, values):
            yield f"{trait}: expected {_shown(value)}, found {', '.join(map(str, values)) or 'nothing'}"


def _fits(expected: object, values: list[object]) -> bool:
    match expected:
        case None:
            return not values
        case set() | frozenset():
            return _covers(expected, values) and _covers(values, expected)
        case _:
            return bool(values) and all(_same(bare(expected), value) for value in values)


def _covers(some: Iterable[object], others: Iterable[object]) -> bool:
    return all(any(_same(bare(one), bare(other)) for other in others) for one in some)


def _same(expected: object, value: object) -> bool:
    if isinstance(expected, float) and isinstance(value, int | float) and not isinstance(value, bool):
        return math.isclose(expected, value, rel_tol=1e-6)
    return (type(expected) is type(value) and expected == value) or _same_number(expected, value)


def _same_number(expected: object, value: object) -> bool:
    numbers = isinstance(expected, int | float) and isinstance(value, int | float)
    return numbers and not isinstance(expected, bool) and not isinstance(value, bool) and expected == value


def _shown(expected: object) -> str:
    return "nothing" if expected is None else str(bare(expected))


def _gaps(model: BuiltModel) -> str:
    """The first gaps of the model, which are the usual cause."""
    gaps = "; ".join(f"{gap.code.value} {gap.construct} ({gap.explanation})" for gap in model.gaps[:3])
    return f" [not understood: {gaps}]" if gaps else ""


def _first_trait(rule: Rule) -> str:
    return rule.traits[0] if rule.traits else rule.name


def _last_class(code: str) -> cst.ClassDef:
    classes = [node for node in cst.parse_module(code).body if isinstance(node, cst.ClassDef)]
    if not classes:
        raise InputError("an example defines a class", code="bad-example")
    return classes[-1]


def _forward_parameters(node: cst.ClassDef) -> Iterator[str]:
    for item in node.body.body:
        if isinstance(item, cst.FunctionDef) and item.name.value == "forward":
            yield from (parameter.name.value for parameter in item.params.params)
