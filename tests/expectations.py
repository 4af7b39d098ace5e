"""Reads the expected findings that the fixtures state as comments.

``# expect: TRAIT = VALUE [at MODULE]`` at the end of a line says that the line is evidence of a finding;
``# todo: …`` marks one that is right but not found yet. ``fixtures/README.md`` explains the grammar.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

FIXTURES = Path(__file__).parents[1] / "fixtures"
UNREADABLE = ("broken",)
"""Folders of which most files are no valid Python."""

_MARK = re.compile(r"#\s*(?P<kind>expect|todo)\b")
_STATEMENT = re.compile(
    r"# (?P<kind>expect|todo): (?P<trait>[a-z]\w*(?:\.\w+)+) = (?P<value>[\w.+-]+)(?: at (?P<module>[\w.*{},]+))?"
)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?")
_WORDS: dict[str, bool | str] = {"true": True, "false": False, "none": "none"}


class ExpectationError(ValueError):
    """A comment that begins like an expectation and is none."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """One finding that a line proves: ``path`` relative to the fixtures, ``line`` from 1.

    ``value`` is a bool, an int, a float or a word; ``module`` is empty where the value is that of the whole model;
    ``known_miss`` is true for ``todo``.
    """

    path: str
    line: int
    trait: str
    value: bool | int | float | str
    module: str = ""
    known_miss: bool = False


def parse_value(text: str) -> bool | int | float | str:
    """The value that a word of the grammar stands for: ``true``, ``-1e-05``, ``7``, ``none``, ``half``."""
    if text in _WORDS:
        return _WORDS[text]
    if not _NUMBER.fullmatch(text):
        return text
    return int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text)


def parse_comment(comment: str, path: str = "", line: int = 0) -> tuple[Expectation, ...]:
    """The expectations of one comment; raises ExpectationError where it begins like one and does not parse."""
    begins = [mark.start() for mark in _MARK.finditer(comment)]
    pairs = pairwise([*begins, len(comment)])
    return tuple(_statement(comment[begin:end].strip(), path, line) for begin, end in pairs)


def _statement(text: str, path: str, line: int) -> Expectation:
    found = _STATEMENT.fullmatch(text)
    if found is None:
        raise ExpectationError(f"{path}:{line}: not an expectation: {text}")
    value = parse_value(found["value"])
    return Expectation(path, line, found["trait"], value, found["module"] or "", found["kind"] == "todo")


def parse_file(path: Path, root: Path = FIXTURES) -> tuple[Expectation, ...]:
    """The expectations of one Python file, in order of lines."""
    relative = path.relative_to(root).as_posix()
    source = io.StringIO(path.read_text(encoding="utf-8"))
    return tuple(
        expectation
        for token in tokenize.generate_tokens(source.readline)
        if token.type == tokenize.COMMENT
        for expectation in parse_comment(token.string, relative, token.start[0])
    )


def files(root: Path = FIXTURES) -> Iterator[Path]:
    """The fixtures' Python files that are valid Python, in order of names."""
    for path in sorted(root.rglob("*.py")):
        if not set(UNREADABLE) & set(path.relative_to(root).parts) or path.parent.name == "sound":
            yield path


def expectations(root: Path = FIXTURES) -> tuple[Expectation, ...]:
    """Every expectation of the fixtures."""
    return tuple(expectation for path in files(root) for expectation in parse_file(path, root))
