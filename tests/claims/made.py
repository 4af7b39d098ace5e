"""Papers, findings and subjects made by hand."""

from __future__ import annotations

from pathlib import Path

from analyzer.claims import Claim, ClaimSubject, PaperFile, read_paper
from analyzer.report import FieldPlace, Finding, Json
from tests.outputs.reports import PLACE, finding


def claim(trait: str, value: Json = None, **more: object) -> Claim:
    said = {} if value is None else {"value": value}
    return Claim(trait=trait, where="section 2", **said, **more)  # type: ignore[arg-type]


def subject(*findings: Finding, **more: object) -> ClaimSubject:
    fields: dict[str, object] = {"main": ("layers",)}
    return ClaimSubject("tiny", "TinyModel", findings, **(fields | more))  # type: ignore[arg-type]


def field(name: str, value: Json) -> FieldPlace:
    return FieldPlace(name=name, value=value, source="default", place=PLACE)


def paper(folder: Path, text: str, name: str = "tiny") -> PaperFile:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return read_paper(path)


__all__ = ["PLACE", "claim", "field", "finding", "paper", "subject"]
