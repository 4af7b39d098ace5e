"""Rules as things to read, test and write."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from string import Template

import msgspec

from analyzer.base import InputError
from analyzer.report import Json
from analyzer.rule.examples import ExampleResult, run_examples
from analyzer.rule.origins import bare
from analyzer.rule.packs import displayed
from analyzer.rule.rule import Example, Rule

__all__ = ["ExampleCard", "ExampleResult", "RuleCard", "card", "markdown", "run_all_examples", "scaffold"]


class ExampleCard(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    expected: dict[str, Json]


class RuleCard(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to know about a rule."""

    id: str
    name: str
    title: str
    kind: str
    severity: str
    traits: tuple[str, ...]
    references: tuple[str, ...]
    documentation: str
    path: str
    examples: tuple[ExampleCard, ...]


def card(rule: Rule) -> RuleCard:
    """The description of ``rule``."""
    return RuleCard(
        id=rule.id,
        name=rule.name,
        title=rule.title,
        kind=str(rule.kind),
        severity=str(rule.severity),
        traits=rule.traits,
        references=rule.references,
        documentation=rule.documentation,
        path=displayed(rule.path),
        examples=tuple(ExampleCard(code=_code(item), expected=_expected(item)) for item in rule.examples),
    )


def markdown(rule: Rule) -> str:
    """The page of ``rule``."""
    parts = [
        f"# {rule.id} {rule.name}",
        rule.documentation,
        f"*Traits*: {', '.join(f'`{trait}`' for trait in rule.traits)}" if rule.traits else f"*Kind*: {rule.kind}",
        *(_example(number, example) for number, example in enumerate(rule.examples, 1)),
    ]
    if rule.references:
        parts.append("## References\n\n" + "\n".join(f"- {reference}" for reference in rule.references))
    return "\n\n".join(parts) + "\n"


def run_all_examples(rules: Iterable[Rule]) -> Iterator[ExampleResult]:
    """The examples of every rule, as written and renamed."""
    for rule in rules:
        yield from run_examples(rule)


def scaffold(name: str, identifier: str = "USR001", trait: str = "") -> str:
    """The text of a working rule file. Raises InputError for a name or id of the wrong form."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise InputError(f"{name!r} is not words-with-hyphens", code="bad-rule")
    if not re.fullmatch(r"[A-Z]{2,5}[0-9]{3}", identifier):
        raise InputError(f"{identifier!r} is not letters and three digits like USR001", code="bad-rule")
    chosen = trait or "own." + name.replace("-", "_")
    return _SCAFFOLD.substitute(name=name, identifier=identifier, trait=chosen)


def _code(example: Example) -> str:
    return textwrap.dedent(example.code).strip("\n") + "\n"


def _expected(example: Example) -> dict[str, Json]:
    return {trait: bare(value) for trait, value in example.expected.items()}  # type: ignore[misc]


def _example(number: int, example: Example) -> str:
    expected = ", ".join(
        f"`{trait}` = {'nothing' if value is None else bare(value)}" for trait, value in example.expected.items()
    )
    return f"## Example {number}: {expected}\n\n```python\n{_code(example)}```"


_SCAFFOLD = Template('''"""How many activations a block applies.

Say here what the rule finds and why it matters; the first line is its title.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Group, Match, Query, Rule, at


def check(query: Query) -> Iterable[Match]:
    activations = query.ops(*Group.ACTIVATION)
    if activations:
        yield Match(len(activations), tuple(at("activation", op) for op in activations))


RULE = Rule(
    "$identifier",
    "$name",
    check,
    traits=("$trait",),
    examples=(
        Example(
            """
            from torch import nn


            class Block(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.up = nn.Linear(8, 32)
                    self.down = nn.Linear(32, 8)

                def forward(self, hidden):
                    return self.down(nn.functional.silu(self.up(hidden)))
            """,
            {"$trait": 1},
            inputs={"hidden": ("float32", (2, 7, 8))},
        ),
        Example(
            """
            from torch import nn


            class Plain(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.only = nn.Linear(8, 8)

                def forward(self, hidden):
                    return self.only(hidden)
            """,
            {"$trait": None},
            inputs={"hidden": ("float32", (2, 7, 8))},
        ),
    ),
)
''')
