"""Comments in the analysed code that suppress findings: ``# asbuilt: ignore[HAZ001] why`` on a line of the evidence,
``# asbuilt: ignore-file[HAZ001] why`` anywhere for the whole file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from analyzer.base import InputError
from analyzer.names import SourceModule, Workspace
from analyzer.report import Finding, Problem, Suppression
from analyzer.rule.rule_set import RuleSet

_MARK = "asbuilt:"
_COMMENT = re.compile(r"#\s*asbuilt:\s*ignore(?P<file>-file)?\s*(?:\[(?P<ids>[^\]]*)\])?[\s:]*(?P<reason>.*)")


@dataclass(frozen=True, slots=True)
class SuppressionComment:
    """One comment, with the ids of the rules that it suppresses on its line or in its file."""

    path: str
    line: int
    ids: tuple[str, ...]
    whole_file: bool
    reason: str


CommentsOf: TypeAlias = Callable[[str], tuple[SuppressionComment, ...]]
"""The comments of the file at a path."""


def comments_in(module: SourceModule) -> tuple[SuppressionComment, ...]:
    """The suppression comments in a file; none if the file cannot be parsed."""
    if not module.mentions(_MARK):
        return ()
    try:
        found = [(comment.line, _COMMENT.match(comment.text)) for comment in module.syntax.comments]
    except InputError:
        return ()
    return tuple(_comment(module.path, line, match) for line, match in found if match is not None)


def _comment(path: str, line: int, found: re.Match[str]) -> SuppressionComment:
    ids = tuple(part.strip().upper() for part in (found["ids"] or "").split(",") if part.strip())
    return SuppressionComment(path, line, ids, bool(found["file"]), found["reason"].strip())


def reader(workspace: Workspace) -> CommentsOf:
    """A function from a path to the comments of that file; it searches each file once."""
    known: dict[str, tuple[SuppressionComment, ...]] = {}

    def read(path: str) -> tuple[SuppressionComment, ...]:
        if path not in known:
            known[path] = comments_in(workspace.module_at(path))
        return known[path]

    return read


def beside(workspace: Workspace, paths: Iterable[str]) -> tuple[str, ...]:
    """The Python files in the folders of ``paths``, whose comments may suppress nothing."""
    folders = {path.rpartition("/")[0] for path in paths}
    return tuple(path for path in workspace.files().files if path.rpartition("/")[0] in folders)


@dataclass(frozen=True, slots=True)
class CommentedFindings:
    """Findings with the suppressed ones marked, and the pairs (comment, rule) that suppressed some."""

    findings: tuple[Finding, ...]
    used: frozenset[tuple[SuppressionComment, str]]


def mark_commented(findings: Iterable[Finding], comments: CommentsOf) -> CommentedFindings:
    """``findings``, with those marked that a comment in a file of their evidence suppresses."""
    marked, used = [], set()
    for finding in findings:
        comment = next(_suppressing(finding, comments), None)
        if comment is not None:
            used.add((comment, finding.rule))
            why = Suppression(by="comment", reason=comment.reason, path=comment.path, line=comment.line)
            finding = msgspec.structs.replace(finding, suppressed=why)
        marked.append(finding)
    return CommentedFindings(tuple(marked), frozenset(used))


def _suppressing(finding: Finding, comments: CommentsOf) -> Iterator[SuppressionComment]:
    for place in finding.evidence:
        for comment in comments(place.path):
            if finding.rule in comment.ids and (comment.whole_file or place.line <= comment.line <= place.end_line):
                yield comment


def comment_mistakes(comments: Iterable[SuppressionComment], catalogue: RuleSet) -> Iterator[Problem]:
    """What is wrong with comments themselves: no rule, an unknown or removed one, no reason."""
    for comment in comments:
        if not comment.ids:
            yield _problem(comment, "names no rule: write ignore[ID] and why")
        elif not comment.reason:
            yield _problem(comment, f"gives no reason: write why {', '.join(comment.ids)} does not matter here")
        for name in comment.ids:
            try:
                catalogue.find(name)
            except InputError as error:
                yield _problem(comment, error.message)


def unused(
    comments: Iterable[SuppressionComment], used: frozenset[tuple[SuppressionComment, str]], ran: frozenset[str]
) -> Iterator[Problem]:
    """Comments that suppressed nothing although their rule ran."""
    for comment in comments:
        for name in comment.ids:
            if name in ran and (comment, name) not in used:
                yield _problem(comment, f"{name} finds nothing here: the comment can go", "unused-suppression")


def _problem(comment: SuppressionComment, message: str, code: str = "suppression") -> Problem:
    return Problem(path=comment.path, line=comment.line, code=code, message=message)
