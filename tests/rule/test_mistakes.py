"""Mistakes that authors of rules make are answered with the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.api import InputError, load_packs, run_examples

HEAD = '"""Norms."""\n\nfrom analyzer.rule import Match, Rule, at, block_example, norms\n'
END = """
EXAMPLE = block_example("self.norm = nn.LayerNorm(8)", "return self.norm(x)", finds=True)
RULE = Rule("USR001", "mine", check, traits=("own.mine",), examples=(EXAMPLE,))
"""
BODY = """
def check(query):
    for norm in query.facts(norms):
        {line}
"""


def complaint(tmp_path: Path, body: str) -> str:
    """What is said of a rule whose check is ``body``."""
    (tmp_path / "mine.py").write_text(HEAD + body + END)
    (rule,) = load_packs((tmp_path / "mine.py",), entry_points=False, shipped=False)
    return next(iter(run_examples(rule))).complaint


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("yield Match(norm.bias)", "did you mean affine.bias?"),
        ("yield Match(norm.kinds)", "did you mean kind?"),
        ("yield norm.kind", "the check yields a NormKind, not a Match: yield Match(value, (at('role', operation),))"),
        ("yield Match(norm.kind, at('norm', norm.core))", "the evidence of a Match is a tuple"),
        ("return 3", "the check returns an int: it yields matches, or returns a list of them"),
    ],
)
def test_what_a_check_gets_wrong(tmp_path: Path, line: str, said: str) -> None:
    assert said in complaint(tmp_path, BODY.format(line=line))


def test_facts_that_are_asked_of_the_query_directly(tmp_path: Path) -> None:
    assert "did you mean query.facts(norms)?" in complaint(tmp_path, "def check(query):\n    yield query.norms()\n")


def test_a_name_that_is_not_offered(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text('"""Norms."""\nfrom analyzer.rule import norm\n')
    with pytest.raises(InputError, match=r"; did you mean .*norms.*; `asbuilt rules facts` lists the facts"):
        load_packs((tmp_path / "mine.py",), entry_points=False, shipped=False)


def test_a_rule_that_decides_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(f'{HEAD}RULE = Rule("USR001", "my-norm", print)\n')
    with pytest.raises(InputError, match=r"traits=\('own\.my_norm',\), or that it only warns, kind='hazard'"):
        load_packs((tmp_path / "mine.py",), entry_points=False, shipped=False)
