"""What a run left out: rules and workers that did not finish, files that could not be read. That there are no findings
then proves nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import click

from analyzer.base import GapCode, readable
from analyzer.engine import DIED, LATE, RULE_FAILED
from analyzer.outputs import place_of
from analyzer.report import ModelReport, Problem

UNREAD: Final = frozenset(
    (
        *("syntax-error", "unsupported-syntax", "undecodable", "too-large", "too-deep"),
        *("unreadable", "not-a-file", "outside", "bad-config"),
    )
)
"""Codes of errors about files that could not be read."""
_MOST = 3


def unfinished(errors: Iterable[Problem]) -> list[Problem]:
    """The errors of rules that failed on a model, and of workers that died or were stopped."""
    return [problem for problem in errors if problem.code in (RULE_FAILED, DIED, LATE)]


def unread(errors: Iterable[Problem], models: Iterable[ModelReport]) -> list[str]:
    """The files that could not be read, each with the reason: those of the tree, and those that models import."""
    found = [f"{place_of(error)}{error.message}" for error in errors if error.code in UNREAD]
    gaps = (gap for model in models for gap in model.coverage.gaps if gap.code == GapCode.UNREADABLE_SOURCE)
    imported = [gap.explanation.removeprefix("the file can not be read: ") for gap in gaps]
    return [*dict.fromkeys((*found, *imported))]


def tell_unfinished(errors: Iterable[Problem]) -> None:
    """Print them on standard error, wherever the report goes."""
    _tell("not done:", [problem.message for problem in unfinished(errors)])


def tell_settings(errors: Iterable[Problem]) -> None:
    """Print likewise what is wrong with configuration fields that were given."""
    _tell("warning:", [problem.message for problem in errors if problem.code == "config"])


def tell_unread(errors: Iterable[Problem], models: Iterable[ModelReport]) -> None:
    """Print likewise what could not be read."""
    _tell("not read:", unread(errors, models))


def _tell(what: str, found: list[str]) -> None:
    for line in found[:_MOST]:
        click.echo(f"{click.style(what, fg='red', bold=True)} {readable(line)}", err=True)
    if len(found) > _MOST:
        click.echo(f"and {len(found) - _MOST} more, see the errors of the report", err=True)
