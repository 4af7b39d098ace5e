"""Claims files: what is read, and how errors are named."""

from __future__ import annotations

import math
import os
import re
import time
from pathlib import Path

import pytest

from analyzer.base import InputError
from analyzer.claims import claims_files, complaints, read_paper
from analyzer.claims.expressions import evaluate, parse
from analyzer.claims.lines import item_lines
from tests.claims.made import paper

HEAD = 'title = "Tiny"\nmodels = ["tiny"]\n'
GOOD = HEAD + 'claims = [\n  { trait = "norm.type", value = "rmsnorm", where = "2" },\n]\n'


def wrong(folder: Path, text: str) -> list[tuple[int, str]]:
    return [(one.line, one.message) for one in complaints(paper(folder, text))]


def refused(folder: Path, text: str) -> InputError:
    with pytest.raises(InputError) as raised:
        paper(folder, text)
    return raised.value


def test_a_sound_file_has_typed_claims(tmp_path: Path) -> None:
    file = paper(tmp_path, GOOD)
    assert file.paper.claims[0].value == "rmsnorm"
    assert file.line_of(file.paper.claims[0]) == 4
    assert list(complaints(file)) == []


def test_both_ways_to_write_an_array_are_counted() -> None:
    text = """
claims = [ # { not one }
  { trait = "a.b", where = "{ [" },
  { trait = "a.c", value = [1, [2]],
    where = '''
''' }, { trait = "a.d" }]
[checkpoints.small]
config = { sizes = [[1, 2]] }
[[unstated]]
trait = "a.e"
[[unstated]]
trait = "[[unstated]]"
"""
    assert item_lines(text) == {"claims": (3, 4, 6), "unstated": (9, 11)}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("title = \n", 1, "not valid TOML"),
        ('models = ["tiny"]\n', 1, "missing required field `title`"),
        (HEAD + 'unstated = [{ trait = "norm.eps", whre = "2" }]\n', 3, "unknown field `whre`.*there is trait, model"),
        (HEAD + 'claims = [\n{ value = 1, where = "2" }]\n', 4, "missing required field `trait`"),
        (HEAD + 'claims = [{ trait = "norm.eps", value = {}, where = "2" }]\n', 3, "got `object`"),
        (HEAD + '[[claims]]\ntrait = "norm.eps"\nwhere = "2"\nconfidence = "sure"\n', 3, "Invalid enum value 'sure'"),
        (HEAD + "yaer = 2\n", 1, "unknown field `yaer`.*there is title"),
    ],
)
def test_shape_errors_are_named_with_their_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    error = refused(tmp_path, text)
    assert error.line == line, error
    assert Path(error.path).name == "tiny.toml"
    assert re.search(message, error.message), error


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ('trait = "norm.tpye", value = "rmsnorm"', "no trait 'norm.tpye'; did you mean norm.type"),
        ('trait = "norm.placement", value = "before"', "norm.placement is word (pre, post"),
        ('trait = "mlp.gated", value = 1', "mlp.gated is bool, not 1"),
        ('trait = "dims.heads", value = "many"', "dims.heads is number, not 'many'"),
        ('trait = "norm.type"', "either value or not"),
        ('trait = "norm.type", value = "rmsnorm", not = "layernorm"', "either value or not"),
        ('trait = "norm.type", value = "rmsnorm", model = "huge"', "model 'huge' is not one of models: tiny"),
        ('trait = "norm.type", value = "rmsnorm", checkpoint = "big"', "no [checkpoints.big] in this file"),
    ],
)
def test_statements_are_checked(tmp_path: Path, statement: str, message: str) -> None:
    ((line, found),) = wrong(tmp_path, f'{HEAD}claims = [\n  {{ {statement}, where = "2" }},\n]\n')
    assert line == 4
    assert message in found


@pytest.mark.parametrize(
    "statement",
    [
        'trait = "attention.scale", value = "1/sqrt(3*head_dim)"',
        'trait = "attention.scale", value = 0.125',
        'trait = "rope.fraction", value = "32/head_dim"',
        'trait = "attention.qkv_bias", value = "q,v"',
        'trait = "mlp.activation", value = "swish"',
        'trait = "mlp.activation", value = "some_new_function"',
        'trait = "position.kind", value = ["learned", "rope"]',
        'trait = "attention.qk_norm", not = "none"',
        'trait = "numerics.softmax_guard", value = "clamp"',
        'trait = "dims.vocab", value = "128K"',
    ],
)
def test_what_can_be_said(tmp_path: Path, statement: str) -> None:
    assert wrong(tmp_path, f'{HEAD}claims = [\n  {{ {statement}, where = "2" }},\n]\n') == []


def test_claims_that_exclude_each_other_are_refused(tmp_path: Path) -> None:
    rows = '{ trait = "dims.heads", value = 8, where = "2" },\n{ trait = "dims.heads", value = 9, where = "3" },\n'
    assert wrong(tmp_path, f"{HEAD}claims = [\n{rows}]\n") == [(5, "dims.heads has another value on line 4")]


def test_empty_place_and_empty_file_are_refused(tmp_path: Path) -> None:
    assert wrong(tmp_path, HEAD) == [(1, "has neither claims nor unstated")]
    text = f'{HEAD}claims = [{{ trait = "norm.type", value = "rmsnorm", where = " " }}]\n'
    assert wrong(tmp_path, text) == [(3, "where is empty: give the section, table or equation")]


def test_files_are_found_in_folders(tmp_path: Path) -> None:
    paper(tmp_path, GOOD)
    assert claims_files([tmp_path, tmp_path / "tiny.toml"]) == (tmp_path / "tiny.toml",)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds no claims file"):
        claims_files([tmp_path / "empty"])
    with pytest.raises(InputError, match="no such claims file"):
        claims_files([tmp_path / "none.toml"])


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "tiny.toml").write_bytes(b'title = "\xff"')
    with pytest.raises(InputError, match="not UTF-8"):
        read_paper(tmp_path / "tiny.toml")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (HEAD + "claims = 3\n", 1, "array"),
        (HEAD + "claims = [" + "[" * 5000, 3, "nested deeper"),
        (HEAD + "year = 2026-01-01\n", 3, "year: a date is no value here"),
        (HEAD + "year = " + "1" * 5000, 1, "can not be taken"),
        (HEAD + "checkpoints.a.config = { x = nan }\n", 3, "checkpoints.a.config.x: nan is no value"),
        (HEAD + "# " + "x" * 2_000_000, 0, "too large"),
    ],
)
def test_odd_files_are_refused(tmp_path: Path, text: str, line: int, message: str) -> None:
    error = refused(tmp_path, text)
    assert (error.line, error.code) == (line, "bad-claims")
    assert re.search(message, error.message)


def test_many_items_are_counted_quickly() -> None:
    text = "claims = [\n" + "{},\n" * 300_000 + "]\n"
    start = time.process_time()
    assert item_lines(text)["claims"][-1] == 300_001
    assert time.process_time() - start < 5


def test_folder_with_a_loop_and_a_pipe(tmp_path: Path) -> None:
    paper(tmp_path, GOOD)
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.toml")
    assert claims_files([tmp_path]) == (tmp_path / "tiny.toml",)
    with pytest.raises(InputError, match="neither a folder nor a regular file"):
        claims_files([tmp_path / "pipe.toml"])


@pytest.mark.parametrize("text", ["(" * 5000 + "1" + ")" * 5000, "1" + "+1" * 100_000, "-" * 400 + "1"])
def test_expressions_that_nest_are_words(text: str) -> None:
    assert parse(text) is None or evaluate(parse("1"), lambda name: None) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["9**9**9**9", "(0-8)**0.5", "1/0", "log(0)", "1e308*10**9", "exp(9999)"])
def test_arithmetic_without_an_answer_has_none(text: str) -> None:
    tree = parse(text)
    assert tree is not None
    found = evaluate(tree, lambda name: None)
    assert found is None or math.isinf(found)
