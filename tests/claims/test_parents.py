"""Papers that derive from others: what they need not state, and where the code leaves what is above."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.claims import Target, complaints, divergences
from analyzer.claims.parents import ancestors, inherited
from analyzer.claims.read import PaperFile
from analyzer.report import Divergence, Json
from tests.claims.made import finding, paper, subject


def written(folder: Path, name: str, parents: tuple[str, ...] = (), claims: str = "") -> PaperFile:
    derives = ", ".join(f'"{one}"' for one in parents)
    text = f'title = "{name}"\nmodels = ["tiny"]\nderives_from = [{derives}]\nclaims = [\n{claims}\n]\n'
    return paper(folder, text, name)


def stated(trait: str, value: str) -> str:
    return f'{{ trait = "{trait}", value = {value}, where = "2" }},'


@pytest.fixture
def library(tmp_path: Path) -> dict[str, PaperFile]:
    files = (
        written(tmp_path, "old", ("new",), stated("norm.type", '"layernorm"') + stated("norm.eps", "1e-5")),
        written(tmp_path, "middle", ("old", "gone"), stated("norm.type", '"rmsnorm"') + stated("dims.ffn", "8")),
        written(tmp_path, "new", ("middle",)),
    )
    return {file.name: file for file in files}


def left_out(library: dict[str, PaperFile], **code: Json) -> dict[str, Divergence]:
    known = subject(*(finding(trait.replace("_", ".", 1), value) for trait, value in code.items()))
    found = divergences(library["new"], {Target("tiny"): known}.get, {}, library)
    return {str(one.trait): one for one in found if one.verdict == "unstated"}


def test_ancestors_are_the_nearest_first_and_a_circle_ends(library: dict[str, PaperFile]) -> None:
    assert [file.name for file in ancestors(library["new"], library)] == ["middle", "old"]
    assert [file.name for file in ancestors(library["old"], library)] == ["new", "middle"]


def test_the_nearest_statement_counts(library: dict[str, PaperFile]) -> None:
    assert [one.claim.value for one in inherited("norm.type", library["new"], library, "tiny")] == ["rmsnorm"]
    assert [one.file.name for one in inherited("norm.eps", library["new"], library, "tiny")] == ["old"]
    assert inherited("rope.theta", library["new"], library, "tiny") == ()


def test_what_a_parent_states_is_not_left_out(library: dict[str, PaperFile]) -> None:
    assert set(left_out(library, norm_type="rmsnorm", norm_eps=1e-5, rope_layout="half")) == {"rope.layout"}


def test_what_a_parent_states_in_other_words_is_not_left_out(tmp_path: Path) -> None:
    old = written(tmp_path, "old", (), stated("norm.type", '"layernorm_scale_only"'))
    new = written(tmp_path, "new", ("old",))
    assert left_out({"old": old, "new": new}, norm_type="rmsnorm") == {}


def test_where_the_code_leaves_what_the_parent_states_it_is_told(library: dict[str, PaperFile]) -> None:
    found = left_out(library, norm_type="layernorm", norm_eps=1e-6, dims_ffn=9)
    assert set(found) == {"norm.type", "norm.eps", "dims.ffn"}
    above = found["norm.type"].inherited
    assert above is not None
    assert (above.value, above.where, Path(above.path).stem) == ("rmsnorm", "2", "middle")
    assert found["dims.ffn"].inherited is None, "other sizes are no news"


def test_parents_that_are_not_there_are_named(tmp_path: Path) -> None:
    file = written(tmp_path, "child", ("lama", "child"), stated("norm.eps", "1e-5"))
    messages = [one.message for one in complaints(file, papers=("llama", "child"))]
    assert messages == [
        "derives_from: no claims file lama.toml; did you mean llama?",
        "derives_from names this paper itself: child",
    ]
    assert [one.message for one in complaints(file)] == ["derives_from names this paper itself: child"]
