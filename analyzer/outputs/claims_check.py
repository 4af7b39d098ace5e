"""What is wrong with claims files."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.outputs.results import ClaimsCheck


def claims_lines(result: ClaimsCheck) -> Iterator[str]:
    """One line for each mistake, then the counts."""
    yield from map(str, result.errors)
    yield f"{len(result.files)} claims files, {len(result.errors)} errors"


def claims_data(result: ClaimsCheck) -> dict[str, object]:
    """The same as values of JSON."""
    return {"files": len(result.files), "errors": mistakes(result)}


def mistakes(result: ClaimsCheck) -> list[dict[str, object]]:
    """Every mistake with its place."""
    return [{"path": one.path, "line": one.line, "code": one.code, "message": one.message} for one in result.errors]
