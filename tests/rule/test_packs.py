"""Packs: what loads, and what a user is told when it does not."""

from __future__ import annotations

import importlib.util
import os
import py_compile
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from analyzer import load
from analyzer.base import InputError
from analyzer.cli import main
from analyzer.query import Query
from analyzer.rule.packs import load_pack, load_packs
from analyzer.rule.rule_set import RuleSet
from analyzer.rule.vocabulary import find_trait
from tests.rule.made import made_model

FIXTURES = Path(__file__).parents[2] / "fixtures"

ROOT = Path(__file__).parents[2]
GOOD = '''"""Oaks.

*Why it matters*: they are tall.
"""
from analyzer.rule import Example, Match, Rule


def check(query):
    yield Match(1)


RULE = Rule("{id}", "{name}", check, traits=("{trait}",), examples=(Example("class A: pass", {{"{trait}": 1}}),))
'''
SOUND = GOOD.format(id="OAK001", name="oaks", trait="own.oaks")


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def good(folder: Path, file: str, identifier: str, name: str, trait: str = "own.oaks") -> Path:
    return write(folder, file, GOOD.format(id=identifier, name=name, trait=trait))


def own(*paths: Path) -> RuleSet:
    return load_packs(paths, entry_points=False, shipped=False)


def test_folder_loads_every_file_in_the_order_of_ids(tmp_path: Path) -> None:
    good(tmp_path, "b.py", "OAK001", "oaks")
    good(tmp_path, "a/c.py", "OAK002", "more-oaks")
    write(tmp_path, "_helper.py", "raise RuntimeError('private files are not rules')")
    assert [rule.id for rule in own(tmp_path)] == ["OAK001", "OAK002"]


def test_documentation_is_the_docstring(tmp_path: Path) -> None:
    (rule,) = own(good(tmp_path, "a.py", "OAK001", "oaks"))
    assert rule.title == "Oaks."
    assert "tall" in rule.documentation


def test_file_given_twice_counts_once(tmp_path: Path) -> None:
    path = good(tmp_path, "a.py", "OAK001", "oaks")
    assert len(own(path, tmp_path)) == 1


def test_changed_file_is_read_again(tmp_path: Path) -> None:
    good(tmp_path, "a.py", "OAK001", "oaks")
    own(tmp_path)
    good(tmp_path, "a.py", "OAK009", "oaks")
    assert [rule.id for rule in own(tmp_path)] == ["OAK009"]


def test_files_of_one_name_do_not_meet(tmp_path: Path) -> None:
    good(tmp_path, "x/a.py", "OAK001", "oaks")
    good(tmp_path, "y/a.py", "OAK002", "elms")
    assert len(own(tmp_path)) == 2


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("def check(:\n", 1, "syntax error"),
        ("import math\n\n1 / 0\n", 3, "ZeroDivisionError"),
        ("import no_such_module_at_all\n", 1, "ModuleNotFoundError"),
        ("X = 1\n", 1, "neither RULE nor RULES"),
        ("RULE = 3\n", 1, "int is not a Rule"),
        (GOOD.format(id="oak1", name="oaks", trait="own.oaks"), 8, "id 'oak1'"),
        (GOOD.format(id="OAK001", name="Oak Trees", trait="own.oaks"), 8, "name 'Oak Trees'"),
        (GOOD.format(id="OAK001", name="oaks", trait="oaks"), 8, "trait 'oaks'"),
        (GOOD.format(id="OAK001", name="oaks", trait="own.oaks").partition('"""\n')[2], 4, "docstring"),
        (
            GOOD.format(id="OAK001", name="oaks", trait="own.oaks").replace('{"own.oaks": 1}', '{"own.elms": 1}'),
            8,
            "expects own.elms",
        ),
    ],
)
def test_broken_file_is_named_with_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    path = write(tmp_path, "broken.py", text)
    with pytest.raises(InputError, match=message) as raised:
        load_pack(path)
    assert (raised.value.path, raised.value.line) == (str(path), line)


def test_missing_path_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such rule file"):
        own(tmp_path / "nowhere")


@pytest.mark.parametrize(("identifier", "name"), [("OAK001", "elms"), ("OAK002", "oaks")])
def test_identities_are_unique(tmp_path: Path, identifier: str, name: str) -> None:
    good(tmp_path, "a.py", "OAK001", "oaks")
    good(tmp_path, "b.py", identifier, name)
    with pytest.raises(InputError, match="is taken by"):
        own(tmp_path)


@pytest.fixture
def three(tmp_path: Path) -> RuleSet:
    good(tmp_path, "a.py", "OAK001", "oaks", "own.oaks")
    good(tmp_path, "b.py", "OAK002", "elms", "own.elms")
    good(tmp_path, "c.py", "ASH001", "ash", "wood.ash")
    return own(tmp_path)


@pytest.mark.parametrize(
    ("select", "ignore", "ids"),
    [
        ([], [], ["ASH001", "OAK001", "OAK002"]),
        (["OAK"], [], ["OAK001", "OAK002"]),
        (["oak002"], [], ["OAK002"]),
        (["own"], ["elms"], ["OAK001"]),
        (["own.*"], [], ["OAK001", "OAK002"]),
        (["wood.ash"], [], ["ASH001"]),
        ([], ["OAK", "wood"], []),
    ],
)
def test_choice(three: RuleSet, select: list[str], ignore: list[str], ids: list[str]) -> None:
    assert [rule.id for rule in three.choose(select, ignore)] == ids


def test_unknown_choice_suggests(three: RuleSet) -> None:
    with pytest.raises(InputError, match="did you mean oaks"):
        three.choose(["oakz"])
    with pytest.raises(InputError, match=r"did you mean wood\.ash"):
        three.choose(ignore=["wod.ash"])


@pytest.mark.parametrize(
    ("select", "ignore", "traits"),
    [
        (["attention.kv"], [], ["attention.kv"]),
        (["dims.heads", "dims.kv_heads"], [], ["dims.heads", "dims.kv_heads"]),
        (["norm.type"], [], ["norm.type"]),
        (["ATT001"], ["dims"], ["attention.head_dim", "attention.kv"]),
        (["attention.head_dim", "attention.kv"], ["attention.kv"], ["attention.head_dim"]),
        (["attention-heads"], ["attention.*", "dims.*"], []),
    ],
)
def test_a_trait_is_chosen_without_the_others_of_its_rule(
    select: list[str], ignore: list[str], traits: list[str]
) -> None:
    chosen = load_packs(entry_points=False).choose(select, ignore)
    assert sorted(trait for rule in chosen for trait in rule.traits) == traits


def test_a_family_of_traits_is_no_beginning_of_ids() -> None:
    rules = load_packs(entry_points=False)
    family = {trait for rule in rules.choose(["moe"]) for trait in rule.traits}
    assert {trait.partition(".")[0] for trait in family} == {"moe"}
    assert {rule.id[:3] for rule in rules.choose(["MOE"])} == {"MOE"}
    assert all(rule.whole is None for rule in rules.choose(["MOE"]))


def test_the_part_of_a_rule_says_what_the_rule_says() -> None:
    """And its check runs once for both."""
    (part,) = load_packs(entry_points=False).choose(["attention.kv"])
    assert part.whole is not None
    query = load("alder", FIXTURES / "alder").query
    some = [match for match in part.whole.matches(query) if match.trait == "attention.kv"]
    assert list(part.matches(query)) == some != []
    assert part.matches(query)[0] is some[0]


def test_shipped_rules_speak_the_vocabulary() -> None:
    rules = load_packs(entry_points=False)
    assert len(rules) > 0
    assert {trait for rule in rules for trait in rule.traits if find_trait(trait) is None} == set()


def test_shipped_rules_say_why_they_matter() -> None:
    assert [
        rule.id for rule in load_packs(entry_points=False) if "why it matters" not in rule.documentation.lower()
    ] == []


PROVIDER = """'''Leaves.

*Why it matters*: they fall.
'''
from analyzer.rule import Example, Match, Rule

RUNS = []


def check(query):
    RUNS.append(query)
    yield Match(3, module="a")
    yield Match(None, module="b", reason="too dark")


EXAMPLES = (Example("class A: pass", {"own.leaves": 3}),)
RULE = Rule("OAK001", "leaves", check, traits=("own.leaves",), examples=EXAMPLES)
"""

READER = PROVIDER.replace("def check(query):", "def check(query, traits):").replace(
    'yield Match(3, module="a")', 'yield from (one for one in traits.of("own.leaves") if one.value == 3)'
)


def reader(identifier: str) -> str:
    rule = f'RULE = Rule("{identifier}", "{identifier.lower()}", check, kind="hazard", reads=("own.leaves",),'
    return READER.partition("EXAMPLES")[0] + rule + ' examples=(Example("class A: pass", {"x": 1}),))\n'


def test_rules_that_read_traits_get_each_of_them_once(tmp_path: Path) -> None:
    path = write(tmp_path, "provider.py", PROVIDER)
    write(tmp_path, "one.py", reader("OAK002"))
    write(tmp_path, "two.py", reader("OAK003"))
    query = Query(made_model())
    matches = [(rule.id, [match.module for match in rule.matches(query)]) for rule in own(tmp_path)]
    assert matches == [("OAK001", ["a", "b"]), ("OAK002", ["a", "b"]), ("OAK003", ["a", "b"])]
    assert len(load_pack(path.resolve()).rules[0].check.__globals__["RUNS"]) == 1  # type: ignore[union-attr]


def test_a_trait_that_no_rule_decides_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"OAK002 reads own.leaves, which no rule decides"):
        own(write(tmp_path, "one.py", reader("OAK002")))


def staged(folder: Path, stage: str, identifier: str, name: str) -> None:
    path = good(folder, f"{name}.py", identifier, name)
    path.write_text(path.read_text().replace("check, traits", f'check, stage="{stage}", traits'))


def test_rules_in_preview_run_when_asked_for(tmp_path: Path) -> None:
    staged(tmp_path, "stable", "OAK001", "oaks")
    staged(tmp_path, "preview", "OAK002", "elms")
    rules = own(tmp_path)

    def ids(select: list[str], preview: bool = False) -> list[str]:
        return [rule.id for rule in rules.choose(select, preview=preview)]

    assert ids([]) == ids(["OAK"]) == ["OAK001"]
    assert ids([], preview=True) == ["OAK001", "OAK002"]
    assert ids(["OAK002"]) == ids(["elms"]) == ["OAK002"]


def test_removed_rules_leave_a_tombstone(tmp_path: Path) -> None:
    good(tmp_path, "a.py", "OAK001", "oaks")
    tombs = write(
        tmp_path, "gone.py", "from analyzer.rule import Removed\nREMOVED = [Removed('OAK002', 'elms', 'use OAK001')]\n"
    )
    for name in ("OAK002", "elms"):
        with pytest.raises(InputError, match="OAK002 elms was removed; use OAK001"):
            own(tmp_path).choose([name])
    tombs.write_text(tombs.read_text().replace("OAK002", "OAK001"))
    with pytest.raises(InputError, match="id of a removed rule, elms"):
        own(tmp_path)


# --- what a file can do when it runs -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("import sys\nsys.exit(0)\n", 2, "SystemExit: 0"),
        ("\nraise KeyboardInterrupt\n", 2, "KeyboardInterrupt"),
        ("class Own(BaseException): pass\n\nraise Own('x\\ny')\n", 3, r"Own: x\\ny"),
        ("class Odd(Exception):\n    def __str__(self): raise ValueError\nraise Odd\n", 3, "can not be told"),
        ("X = 1\nprint('{}')\n", 2, "prints to standard output"),
        ("import sys\nsys.stdout.write('x')\n", 2, "prints to standard output"),
        ("X = 1\nY = '\0'\n", 2, "NUL"),
        ("# coding: unicode_escape\nX = 1\n", 1, "encoding 'unicode_escape'"),
        ("RULES = 3\n", 1, "RULES is a int"),
        ("REMOVED = [3]\n", 1, "int is not a Removed"),
        ("REMOVED = 'gone'\n", 1, "REMOVED is a str"),
        (GOOD.format(id="OAK001", name="oaks", trait="own.oaks").replace('"OAK001"', "7"), 8, "can not be checked"),
        (
            GOOD.format(id="OAK001", name="oaks", trait="own.oaks").replace("examples=", "reads=5, examples="),
            8,
            "reads",
        ),
        ("x = " + "(" * 5000 + ")" * 5000, 1, "too many nested parentheses|nested"),
    ],
)
def test_file_that_misbehaves_is_an_error_at_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    path = write(tmp_path, "broken.py", text)
    with pytest.raises(InputError, match=message) as raised:
        load_pack(path)
    assert (raised.value.path, raised.value.line, raised.value.code) == (str(path), line, "bad-rule")


def test_file_that_is_no_text_or_no_file(tmp_path: Path) -> None:
    (tmp_path / "latin.py").write_bytes("X = 'é'\n".encode("latin-1"))
    (tmp_path / "huge.py").write_bytes(b"#" * 5_000_001)
    os.mkfifo(tmp_path / "pipe.py")
    said = {}
    for name in ("latin.py", "huge.py", "pipe.py"):
        with pytest.raises(InputError) as raised:
            load_pack(tmp_path / name)
        said[name] = raised.value.message
    assert said["pipe.py"] == "not a regular file"
    assert "not valid utf-8" in said["latin.py"]
    assert "too large" in said["huge.py"]
    with pytest.raises(InputError, match="neither a folder nor a regular file"):
        own(tmp_path / "pipe.py")
    good(tmp_path / "pack", "a.py", "OAK001", "oaks")
    os.mkfifo(tmp_path / "pack/pipe.py")
    (tmp_path / "pack/loop").symlink_to(tmp_path / "pack")
    assert len(own(tmp_path / "pack")) == 1


def test_declared_encoding_is_heeded(tmp_path: Path) -> None:
    path = good(tmp_path, "a.py", "OAK001", "oaks")
    path.write_bytes(f"# coding: latin-1\n{path.read_text()}".replace("tall", "größer").encode("latin-1"))
    (rule,) = own(path)
    assert "größer" in rule.documentation


def test_nothing_is_written_beside_rules_and_what_they_import(tmp_path: Path) -> None:
    """As a new user's machine has it: bytecode is written wherever Python's own imports are left alone."""
    good(tmp_path, "pack/a.py", "OAK001", "oaks")
    path = tmp_path / "pack/a.py"
    path.write_text(path.read_text().replace("from analyzer", "import sibling\nfrom analyzer"))
    write(tmp_path, "beside/sibling.py", "X = 1\n")
    before = sorted(tmp_path.rglob("*"))
    load = f"load_packs([{str(tmp_path / 'pack')!r}], False, False)"
    program = f"from analyzer.rule.packs import load_packs; print(len({load}))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(tmp_path / "beside")))}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, env=environment, text=True, check=True)
    assert done.stdout.strip() == "1"
    assert sorted(tmp_path.rglob("*")) == before


def test_bytecode_that_lies_beside_a_rule_is_not_run(tmp_path: Path) -> None:
    path = good(tmp_path, "a.py", "OAK001", "oaks")
    other = good(tmp_path, "other.py", "OAK002", "elms")
    cached = Path(importlib.util.cache_from_source(str(path)))
    py_compile.compile(str(other), cfile=str(cached), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    assert [rule.id for rule in own(path)] == ["OAK001"]


def test_command_with_a_rule_that_stops_it_does_not_look_like_a_pass(tmp_path: Path) -> None:
    path = write(tmp_path, "stop.py", "import sys\nsys.exit(0)\n")
    result = CliRunner().invoke(main, ["rules", "list", "--rules", str(path)])
    assert result.exit_code == 2
    assert f"{path}:2: SystemExit: 0" in result.output


def test_every_shipped_rule_has_examples() -> None:
    assert [rule.id for rule in load_packs(entry_points=False) if not rule.examples] == []
