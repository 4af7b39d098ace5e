"""Runs the examples of rules, as written and with every local name replaced."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

import libcst as cst

from analyzer.base import InputError, is_theirs
from analyzer.frameworks import NAMES
from analyzer.graph import BuiltModel, Status
from analyzer.interpret import InterpretedProgram, Request, Session, open_workspace
from analyzer.query import Query
from analyzer.rule.mistakes import hint
from analyzer.rule.origins import bare
from analyzer.rule.renaming import rename
from analyzer.rule.rule import Example, Rule
from analyzer.sources.cache import SyntaxCache

FILE = f"{NAMES.layouts[0].model_prefix}example.py"
"""Marks of copies name the file that they are from, as a library of models calls it."""


class Variant(StrEnum):
    """How an example is run: as it is written, or with every local name replaced."""

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


def run_examples(rule: Rule) -> tuple[ExampleResult, ...]:
    """Every example of ``rule`` built, checked, compared, in both variants."""
    return tuple(
        ExampleResult(rule.id, number, variant, _complaint(rule, example, variant))
        for number, example in enumerate(rule.examples, 1)
        for variant in (Variant if not example.textual else (Variant.WRITTEN,))
    )


def build_snippet(example: Example) -> BuiltModel:
    """The last class of the example's code, built in a source tree of its own."""
    with snippet(example) as query:
        return query.model


@contextmanager
def snippet(example: Example) -> Iterator[Query]:
    """A query of the last class of the example's code, built in a source tree that is there until the end of the
    ``with`` statement."""
    code = textwrap.dedent(example.code).lstrip("\n")
    with TemporaryDirectory(prefix="asbuilt-") as folder:
        for path, text in {FILE: code, **example.files}.items():
            (Path(folder) / path).parent.mkdir(exist_ok=True)
            (Path(folder) / path).write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        workspace = open_workspace(Path(folder) / FILE, cache=SyntaxCache.open())
        entry = workspace.catalogue().find(_last_class(code).name.value)
        request = Request(entry=entry, config=dict(example.config) or None, inputs=example.inputs)
        session = Session(workspace)
        model = session.build(request)
        yield Query(model, InterpretedProgram(session, request, model))


def renamed_example(example: Example) -> Example:
    """``example`` with every local name replaced, except for the inputs of the analysed call."""
    code = textwrap.dedent(example.code).lstrip("\n")
    keep = frozenset(_forward_parameters(_last_class(code)))
    return replace(example, code=rename({FILE: code}, keep=keep).files[FILE])


def observed(rule: Rule, query: Query) -> dict[str, list[object]]:
    """Values by trait that ``rule`` finds in the model of ``query``; an undecided one reads ``unknown``."""
    found: dict[str, list[object]] = {}
    for match in rule.matches(query):
        value = "unknown" if match.reason else bare(match.value)
        found.setdefault(match.trait or _first_trait(rule), []).append(value)
    return found


def _complaint(rule: Rule, example: Example, variant: Variant) -> str:
    try:
        with snippet(renamed_example(example) if variant is Variant.RENAMED else example) as query:
            return _disagreement(rule, example, query)
    except (InputError, cst.ParserSyntaxError) as error:
        return f"the example can not be analysed: {error}"


def _disagreement(rule: Rule, example: Example, query: Query) -> str:
    """Where ``rule`` does not say what ``example`` expects; empty if it does."""
    model = query.model
    if model.status is Status.FAILED:
        return f"the example can not be built: {model.failure}"
    if model.config_issues:
        return f"the example gives a field that nothing reads: {model.config_issues[0].message}"
    try:
        found = observed(rule, query)
    except BaseException as error:
        if not is_theirs(error):
            raise
        return f"the rule raises {type(error).__name__}: {error}{hint(error)}"
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
