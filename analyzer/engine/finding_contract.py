"""Checks findings against the JSON contract: an invalid one costs the findings of its rule, not the report."""

from __future__ import annotations

import msgspec

from analyzer.report import Finding
from analyzer.rule.rule import Certainty


def checked(finding: Finding) -> Finding:
    """``finding`` as a reader of the report's JSON would get it.

    Raises TypeError or ValueError that names the field, for example if the message is not text, text cannot be encoded,
    or the certainty does not exist.
    """
    Certainty(finding.certainty)
    return msgspec.json.decode(msgspec.json.encode(finding), type=Finding)
