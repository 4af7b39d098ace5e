"""Which models, under which configurations, the statements of a paper are about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from analyzer.claims.paper import Claim, Paper, Silence


@dataclass(frozen=True, slots=True)
class Target:
    """A model type under a configuration: the class's defaults with the fields of ``config`` (JSON) set.

    ``known`` says that this is the configuration that the statements are about; else it only stands in for it.
    """

    model: str
    config: str = "{}"
    known: bool = False

    @property
    def overrides(self) -> dict[str, Any]:
        """The fields to set."""
        return msgspec.json.decode(self.config, type=dict[str, Any])


def targets_of(statement: Claim | Silence, paper: Paper) -> Iterator[Target]:
    """The models that a statement is about: its own, its checkpoint's, else all of the paper."""
    name = statement.checkpoint if isinstance(statement, Claim) else None
    checkpoint = paper.checkpoints.get(name) if name is not None else None
    owner = statement.model or (checkpoint.model if checkpoint else None)
    for model in (owner,) if owner is not None else paper.models:
        if checkpoint is None or checkpoint.config is None:
            yield Target(model)
        else:
            yield Target(model, msgspec.json.encode(checkpoint.config, order="sorted").decode(), known=True)


def all_targets(paper: Paper) -> tuple[Target, ...]:
    """Everything to analyse for ``paper``: each model under its defaults, and the checkpoints whose configuration is
    known and which claims are about."""
    stated = (target for claim in paper.claims for target in targets_of(claim, paper))
    return tuple(dict.fromkeys([*map(Target, paper.models), *stated]))
