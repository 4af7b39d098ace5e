"""A claims file to start from: what the code does, to be replaced by what the paper says."""

from __future__ import annotations

import json
from collections.abc import Iterator

from analyzer.claims.subject import ClaimSubject
from analyzer.report import Finding, Json
from analyzer.rule.impact import impact_of, rank

_HEAD = """\
# What the paper says about {model}. The values below are what the code of {name} does under the configuration that
# was analysed: keep a line only if the paper states it, with the value and the place that it states. What the paper
# leaves out goes to `unstated`. `asbuilt claims check` validates, `asbuilt verify --claims` compares.

title = ""
arxiv = ""
year = 0
models = ["{model}"]

# [checkpoints.NAME] describes a release, with config = {{ … }} where it differs from the class's defaults; a claim that
# is about one release alone says checkpoint = "NAME".

claims = [
"""
_FOOT = """\
]

unstated = [
  # { trait = "norm.eps" },
]
"""


def skeleton(subject: ClaimSubject) -> str:
    """The text of a claims file about ``subject``, the traits that matter most first."""
    traits = sorted(subject.by_trait, key=lambda trait: (rank(trait), trait))
    rows = [
        line for trait in traits if impact_of(trait) or trait.startswith("dims.") for line in _lines(trait, subject)
    ]
    return _HEAD.format(model=subject.model_type, name=subject.class_name) + "\n".join(rows) + "\n" + _FOOT


def _lines(trait: str, subject: ClaimSubject) -> Iterator[str]:
    found = {_toml(one.value): one for one in subject.about(trait) if one.reason is None}
    for value, finding in found.items():
        module = f", module = {_toml(finding.module)}" if len(found) > 1 else ""
        yield f'  {{ trait = "{trait}", value = {value}, where = ""{module} }},{_remark(finding)}'


def _remark(finding: Finding) -> str:
    place = f"{finding.evidence[0].path}:{finding.evidence[0].line}" if finding.evidence else ""
    return f"  # {place}" if place else ""


def _toml(value: Json) -> str:
    """``value`` in TOML, which writes scalars and lists of them as JSON does."""
    return json.dumps(value if not isinstance(value, dict) else str(value), ensure_ascii=False)
