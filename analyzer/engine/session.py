"""What a process keeps between models: the source tree, and the interpreter with what it has loaded."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from analyzer.engine.config_file import beside
from analyzer.engine.evidence_text import EvidenceText
from analyzer.engine.examination import Attempt, attempt, request_of
from analyzer.engine.task import Settings, TreeLocation
from analyzer.graph import Status
from analyzer.interpret import InterpretedProgram, Session, open_workspace
from analyzer.names import ModelEntry, Workspace
from analyzer.sources.cache import SyntaxCache


def built(place: TreeLocation, entry: ModelEntry, settings: Settings) -> Attempt:
    """``entry`` of the tree at ``place``, built by the session that this process keeps.

    A config.json beside the code takes the place of the class's defaults.
    """
    if settings.config is None and (found := beside(opened(place).tree.root, entry)) is not None:
        settings = replace(settings, config=found.content, config_file=found)
    session = _session(place)
    tried = attempt(session.build, entry, settings)
    if tried.model.status is Status.FAILED:
        _session.cache_clear()  # what stopped in the middle may have left something behind
    return replace(tried, program=InterpretedProgram(session, request_of(entry, settings), tried.model))


@lru_cache(maxsize=2)
def _session(place: TreeLocation) -> Session:
    return Session(opened(place))


@lru_cache(maxsize=2)
def opened(place: TreeLocation) -> Workspace:
    """The source tree at ``place``, opened once in this process."""
    return open_workspace(place.path, further=place.further, cache=SyntaxCache.open() if place.cache else None)


@lru_cache(maxsize=2)
def texts(place: TreeLocation) -> EvidenceText:
    """The text behind places in the source tree at ``place``."""
    workspace = opened(place)
    return EvidenceText(workspace.tree.root, workspace.store)
