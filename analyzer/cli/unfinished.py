"""Rules and workers that did not finish: a run without findings then does not prove that there are none."""

from __future__ import annotations

from collections.abc import Iterable

import click

from analyzer.engine import DIED, LATE, RULE_FAILED
from analyzer.report import Problem

_MOST = 3


def unfinished(errors: Iterable[Problem]) -> list[Problem]:
    """The errors of rules that failed on a model, and of workers that died or were stopped."""
    return [problem for problem in errors if problem.code in (RULE_FAILED, DIED, LATE)]


def tell_unfinished(errors: Iterable[Problem]) -> None:
    """Print them on standard error, wherever the report goes."""
    found = unfinished(errors)
    for problem in found[:_MOST]:
        click.echo(f"{click.style('not done:', fg='red', bold=True)} {problem.message}", err=True)
    if len(found) > _MOST:
        click.echo(f"and {len(found) - _MOST} more, see the errors of the report", err=True)
