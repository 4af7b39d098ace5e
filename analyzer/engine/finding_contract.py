"""Findings held to their contract: a rule that says something odd costs its own findings, not the report."""

from __future__ import annotations

import msgspec

from analyzer.report import Finding
from analyzer.rule.rule import Certainty


def checked(finding: Finding) -> Finding:
    """``finding`` as a reader of the report's JSON would get it.

    Raises TypeError or ValueError, with the field in the message, for what the contract has no place for: a message
    that is no text, text that can not be encoded, a certainty that there is not.
    """
    Certainty(finding.certainty)
    return msgspec.json.decode(msgspec.json.encode(finding), type=Finding)
