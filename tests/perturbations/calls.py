"""Calls of tensor functions taken apart, whether they are written as methods or as functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import libcst as cst

from analyzer.graph import OpKind
from tests.perturbations.rewriting import Step, code

LIBRARIES = frozenset({"torch", "F", "nn.functional", "torch.nn.functional", "torch.special"})


@dataclass(frozen=True, slots=True)
class Called:
    """A call of ``name`` on the tensor ``subject``; ``rest`` are the other arguments as text, ``given`` by position or
    by keyword. ``method`` tells ``x.sum(-1)`` from ``torch.sum(x, -1)``."""

    name: str
    subject: str
    given: tuple[str, ...]
    keywords: Mapping[str, str]
    library: str = ""

    @property
    def method(self) -> bool:
        return not self.library

    @property
    def rest(self) -> str:
        return ", ".join((*self.given, *(f"{name}={value}" for name, value in self.keywords.items())))

    def as_method(self, name: str = "") -> str:
        return f"({self.subject}).{name or self.name}({self.rest})"

    def as_function(self, library: str = "torch", name: str = "") -> str:
        arguments = f"{self.subject}, {self.rest}" if self.rest else self.subject
        return f"{library}.{name or self.name}({arguments})"

    def argument(self, position: int, name: str) -> str | None:
        """The argument after the subject at ``position`` (from 0) or of that name."""
        return self.given[position] if position < len(self.given) else self.keywords.get(name)

    def only(self, *names: str) -> bool:
        """Whether there are no keywords but these."""
        return set(self.keywords) <= set(names)


def called(node: cst.CSTNode) -> Called | None:
    """The call that ``node`` is, None for other expressions and for calls with starred arguments."""
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
        return None
    if any(argument.star for argument in node.args):
        return None
    given = [code(argument.value) for argument in node.args if argument.keyword is None]
    keywords = {argument.keyword.value: code(argument.value) for argument in node.args if argument.keyword is not None}
    receiver, name = code(node.func.value), node.func.attr.value
    if receiver not in LIBRARIES:
        return Called(name, receiver, tuple(given), keywords)
    subject = given.pop(0) if given else keywords.pop("input", "")
    return Called(name, subject, tuple(given), keywords, receiver) if subject else None


def all_of(steps: Iterable[Step], *kinds: OpKind) -> bool:
    """Whether only operations of these kinds ran."""
    return all(step.kind in kinds for step in steps)


def floating(steps: Iterable[Step], operands: int | None = None) -> bool:
    """Whether all numbers are floating, and (where given) as many tensors were read."""
    return all(step.floating and operands in (None, len(step.inputs)) for step in steps)


def one_type(steps: Iterable[Step]) -> bool:
    """Whether what is read and what is made has one element type."""
    return all(len({one.dtype for one in (*step.inputs, step.output)}) == 1 for step in steps)


def rank(steps: Iterable[Step]) -> int | None:
    """The number of axes of the first tensor that is read, None where it differs or there is none."""
    ranks = {len(step.inputs[0].shape) for step in steps if step.inputs}
    return ranks.pop() if len(ranks) == 1 else None


def literal(text: str | None) -> int | None:
    """The integer that is written, None for anything else."""
    try:
        return int(text or "")
    except ValueError:
        return None
