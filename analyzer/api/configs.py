"""What becomes of the fields of a configuration: the function behind ``asbuilt config``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from analyzer.api.calls import SERVED, ConfigLike, PathLike, place_of, settings_of
from analyzer.api.inputs import read_file
from analyzer.base import InputError, as_path
from analyzer.engine import built, examine, opened
from analyzer.engine import config_audit as audit
from analyzer.engine.config_file import beside
from analyzer.engine.evidence_text import EvidenceText
from analyzer.interpret.config.configuration import nested
from analyzer.report import ConfigAudit
from analyzer.rule.packs import load_packs


def config_audit(
    name: str,
    path: PathLike | None = None,
    *,
    config: ConfigLike | None = None,
    overrides: Mapping[str, object] | None = None,
    every: bool = False,
) -> ConfigAudit:
    """What becomes of each field of the configuration of the model called ``name`` of the code at ``path``.

    For each: the value and where it is from, every place that reads it, the traits that it decides; which fields
    nothing reads, which are given and not declared, given under two names, or read without being declared.

    Args:
        name: A model type or a class.
        path: Where the code is; the installed transformers when None.
        config: A config.json (path or content); the one beside the code, or the class's defaults, when None.
        overrides: Values for single (dotted) configuration fields.
        every: Also fields that only the library around the model declares, and nobody gave.

    Raises:
        InputError: There is no such model, or the configuration cannot be read.
    """
    place = place_of(path)
    workspace = opened(place)
    entry = workspace.find(name)
    settings = settings_of(config, overrides, dtype=SERVED)
    tried = built(place, entry, settings)
    query = tried.query()
    texts = EvidenceText(workspace.tree.root, workspace.store)
    findings = examine(tried, load_packs(), texts, settings.budget, query).findings
    file = settings.config_file or (beside(workspace.tree.root, entry) if config is None else None)
    given = settings.config if file is None else file.content
    return audit.config_audit(
        query, findings, workspace, file, {**(given or {}), **nested(overrides or {})}, every=every
    )


def model_of_config(config: PathLike, path: PathLike | None = None) -> str:
    """The name of the class, else of the model type, of the code at ``path`` that a config.json is of.

    Raises InputError if the file cannot be read, or names no model that there is.
    """
    content = read_file(Path(config)).content or {}
    classes = content.get("architectures")
    model_type = content.get("model_type")
    own = [one for one in classes if isinstance(one, str)] if isinstance(classes, list) else []
    names = [*(f"{model_type}/{one}" for one in own), *own, *([model_type] if isinstance(model_type, str) else [])]
    workspace = opened(place_of(path))
    for name in names:
        try:
            workspace.find(name)
        except InputError:
            continue
        return name
    stated = ", ".join(names) or "neither architectures nor model_type"
    raise InputError(
        f"of no model that is known here: it names {stated}", path=as_path(str(config)), code="unknown-model"
    )
