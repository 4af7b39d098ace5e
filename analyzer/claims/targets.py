"""Which models, under which configurations, the statements of a paper are about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from analyzer.claims.paper import Checkpoint, Claim, Paper, Silence


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
        yield _target(model, checkpoint)


def representatives(paper: Paper, model: str) -> dict[Target, str | None]:
    """What may stand for ``model`` where a paper is silent, each with the name of its checkpoint, the best first: the
    checkpoints whose configuration is known, in the order of the file, then the class's defaults."""
    found: dict[Target, str | None] = {}
    for name, checkpoint in paper.checkpoints.items():
        if checkpoint.config is not None and not checkpoint.partial and checkpoint.model in (None, model):
            found.setdefault(_target(model, checkpoint), name)
    return {**found, Target(model): None}


def all_targets(paper: Paper) -> tuple[Target, ...]:
    """Everything to analyse for ``paper``: each model under its defaults, what stands for it, and the checkpoints whose
    configuration is known and which claims are about."""
    stated = (target for claim in paper.claims for target in targets_of(claim, paper))
    standing = (next(iter(representatives(paper, model))) for model in paper.models)
    return tuple(dict.fromkeys([*map(Target, paper.models), *standing, *stated]))


def _target(model: str, checkpoint: Checkpoint | None) -> Target:
    if checkpoint is None or checkpoint.config is None:
        return Target(model)
    return Target(model, msgspec.json.encode(checkpoint.config, order="sorted").decode(), known=not checkpoint.partial)
