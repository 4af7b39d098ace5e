"""Rules and models that came to no end: a run without findings is then no proof that there are none."""

from __future__ import annotations

from collections.abc import Iterable

import click

from analyzer.engine import DIED, LATE, RULE_FAILED
from analyzer.report import Problem

_MOST = 3


def unfinished(errors: Iterable[Problem]) -> list[Problem]:
    """Those of ``errors`` that say that a rule failed on a model, or that a model's worker came to an end."""
    return [problem for problem in errors if problem.code in (RULE_FAILED, DIED, LATE)]


def tell_unfinished(errors: Iterable[Problem]) -> None:
    """Say so on standard error, whatever becomes of the report."""
    found = unfinished(errors)
    for problem in found[:_MOST]:
        click.echo(f"{click.style('not done:', fg='red', bold=True)} {problem.message}", err=True)
    if len(found) > _MOST:
        click.echo(f"and {len(found) - _MOST} more, see the errors of the report", err=True)
