"""Models × traits as programs read them."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from analyzer.report.findings import Json, Wire
from analyzer.report.report import Source, Tool

TABLE: Final = "asbuilt/table/1"


class CellValue(Wire, frozen=True, kw_only=True, gc=False):
    """One value of a trait, at the modules that the pattern ``module`` names.

    ``layers`` is how many layers the pattern names one by one, None where it names none or all. ``main`` says that the
    modules are part of the stacks whose values are the model's. An unknown value has a ``reason``.
    """

    value: Json
    module: str
    certainty: str
    depends_on: tuple[str, ...]
    reason: str | None
    layers: int | None
    main: bool


class TableRow(Wire, frozen=True, kw_only=True, gc=False):
    """One model class; ``source`` is an index of the table's sources.

    ``cells`` has a trait only if there are findings about it: values of the main stacks first, then those of others.
    """

    model_type: str
    class_name: str = msgspec.field(name="class")
    source: int
    status: str
    reason: str | None = None
    cells: dict[str, tuple[CellValue, ...]]


class TraitTable(Wire, frozen=True, kw_only=True, gc=False):
    """Models × traits; columns in the order of ``traits``."""

    schema: Literal["asbuilt/table/1"] = TABLE
    tool: Tool
    sources: tuple[Source, ...]
    traits: tuple[str, ...]
    models: tuple[TableRow, ...]
