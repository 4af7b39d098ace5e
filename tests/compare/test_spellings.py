"""The same architecture in other words is equal."""

from __future__ import annotations

from pathlib import Path

from analyzer.api import diff, load
from analyzer.api.comparing import side_of
from analyzer.compare import compare

FIXTURES = Path(__file__).parents[2] / "fixtures"


def test_two_spellings_are_equal() -> None:
    found = diff("kauri", "larch", FIXTURES / "kauri", FIXTURES / "larch")
    assert (found.verdict, found.departures, found.paired_by) == ("equal", (), "use")
    assert all(row.same for row in (*found.parameters, *found.layers))


def test_the_order_does_not_matter() -> None:
    found = diff("larch", "kauri", FIXTURES / "larch", FIXTURES / "kauri")
    assert (found.verdict, found.departures) == ("equal", ())


def test_fused_projections_are_matched_piece_by_piece() -> None:
    rows = diff("kauri", "larch", FIXTURES / "kauri", FIXTURES / "larch").parameters
    fused = [row.first for row in rows if row.second == "steps.*.mix.inward.weight"]
    assert {name.rpartition("attention.")[2] for name in fused if name} == {f"{part}_proj.weight" for part in "qkv"}


def test_models_that_have_little_in_common_are_different() -> None:
    found = diff("kauri", "dogwood", FIXTURES / "kauri", FIXTURES / "dogwood")
    assert found.verdict == "different"
    assert found.departures[0].first is not None


def test_a_port_in_plain_pytorch_computes_what_the_library_does() -> None:
    sizes = {"vocab_size": 128, "hidden_size": 64, "intermediate_size": 160, "num_hidden_layers": 2}
    sizes |= {"num_attention_heads": 8, "num_key_value_heads": 2}
    library = load("llama", overrides=sizes)
    port = load("Maple", FIXTURES / "maple")
    found = compare(side_of(port, "port"), side_of(library, "library"))
    assert found.verdict == "precision"
    assert {row.first.text for row in found.departures if row.first} == {"triu(1)"}
