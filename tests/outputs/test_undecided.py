"""An unknown reason that many traits share is said once."""

from __future__ import annotations

from analyzer.outputs.undecided import Undecided, paragraphs, together
from analyzer.report import Finding

REASON = "oakum's source is not installed; pip install --no-deps oakum"


def unknown(trait: str, module: str = "", reason: str | None = REASON) -> Finding:
    return Finding(
        rule="OAK001",
        name="oak",
        kind="trait",
        trait=trait,
        value=None if reason else "pre",
        model_type="oak",
        class_name="Oak",
        module=module,
        certainty="unknown" if reason else "proved",
        depends_on=(),
        reason=reason,
        message="",
        severity="info",
        evidence=(),
    )


def test_findings_that_share_a_reason_are_together() -> None:
    decided = unknown("norm.placement", reason=None)
    one, other, third = (unknown(f"norm.{name}") for name in ("bias", "eps", "type"))
    assert together([one, decided, other, third]) == [Undecided((one, other, third)), decided]


def test_few_stay_apart() -> None:
    two = [unknown("norm.eps"), unknown("norm.type")]
    assert together(two) == two


def test_modules_with_the_same_traits_are_listed_together() -> None:
    found = [unknown(f"norm.{name}", module) for module in ("a.*", "b.*") for name in ("bias", "eps", "type")]
    lines = list(paragraphs(one for one in together(found) if isinstance(one, Undecided)))
    assert [line.strip() for line in lines] == [REASON, "a.*, b.*: norm.bias, norm.eps, norm.type"]
