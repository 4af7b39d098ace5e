"""What becomes of configuration fields, as pages and rows."""

from __future__ import annotations

import csv

from msgspec.structs import replace

from analyzer.outputs import CONFIG, Display, as_text
from analyzer.outputs.config_audit import origin
from analyzer.report import ConfigAudit, FieldState
from tests.outputs.samples import samples


def audit() -> ConfigAudit:
    found = samples()["config"]
    assert isinstance(found, ConfigAudit)
    return found


def text(form: str = "text", **display: bool) -> str:
    return as_text(CONFIG.render(audit(), form, Display(**display)))


def test_every_state_has_its_part_of_the_page() -> None:
    page = text()
    assert page.count("  1\n") == len(FieldState)
    assert "never read: no code of the model mentions the name  1" in page
    assert "x:1, b.py:2 (else x) +1" in page
    assert "norm.type, a, b +1" in page
    assert "c.py:3" in text(verbose=True)


def test_where_a_value_is_from() -> None:
    row = audit().fields[0]
    assert origin(row) == "default x:4 as x, b"
    assert origin(replace(row, source="file", given_as=())) == "file"


def test_rows_and_tables_have_all_places() -> None:
    records = [*csv.DictReader(text("csv").splitlines())]
    assert [record["state"] for record in records] == [state.value for state in FieldState]
    assert records[0]["reads"] == "x:1, b.py:2 (else x), c.py:3"
    assert "| `width` | `x` | default x:4 as x, b | read | x:1, b.py:2 (else x), c.py:3 |" in text("markdown")
