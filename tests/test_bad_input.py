"""Bad input: a clear error with file and line, exit code 2 where nothing could be done, every other result intact."""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import analyzer
from analyzer import InputError, Report, load, scan
from analyzer.cli import main

GOOD = """
import torch
from torch import nn


class Good(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(16, 8)
        self.inner = nn.Linear(8, 8)

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        hidden = self.table(input_ids)
        return hidden + self.inner(hidden)
"""
CONFIGURED = """
from torch import nn
from transformers import PretrainedConfig, PreTrainedModel


class TinyConfig(PretrainedConfig):
    model_type = "tiny"

    def __init__(self, vocab_size=32, hidden_size=16, num_layers=2, **kwargs):
        super().__init__(**kwargs)
        self.vocab_size = vocab_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers


class TinyModel(PreTrainedModel):
    config_class = TinyConfig

    def __init__(self, config: TinyConfig):
        super().__init__(config)
        self.embed = nn.Embedding(config.vocab_size, config.hidden_size)
        width = config.hidden_size
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(config.num_layers)])

    def forward(self, input_ids):
        hidden = self.embed(input_ids)
        for layer in self.layers:
            hidden = hidden + layer(hidden)
        return hidden
"""


def tree(folder: Path, **files: str | bytes) -> Path:
    """A folder with one good file and ``files`` (``name="text"`` makes ``modeling_name.py``)."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "modeling_good.py").write_text(GOOD)
    for name, content in files.items():
        path = folder / f"modeling_{name}.py"
        path.write_bytes(content) if isinstance(content, bytes) else path.write_text(content)
    return folder


def classes(report: Report) -> dict[str, str]:
    return {model.class_name: model.status for model in report.models}


def good_is_intact(report: Report) -> None:
    assert classes(report)["Good"] == "complete"


def command(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_syntax_error_is_reported_at_its_line(tmp_path: Path) -> None:
    report = scan(tree(tmp_path, broken="import torch\n\nclass Broken(:\n    pass\n"), jobs=1)
    good_is_intact(report)
    (error,) = report.errors
    assert (error.path, error.line) == ("modeling_broken.py", 3)
    assert "syntax" in (error.code + error.message).lower()


@pytest.mark.parametrize(
    "content",
    [
        "class Näme: pass\n".encode("latin-1"),
        b"\xff\xfe\x00\x01 nothing that decodes",
        b"x = 1\n\x00\x00\nclass Zero: pass\n",
        b"# -*- coding: no-such-codec -*-\nx = 1\n",
    ],
)
def test_undecodable_file_is_reported(tmp_path: Path, content: bytes) -> None:
    report = scan(tree(tmp_path, broken=content), jobs=1)
    good_is_intact(report)
    (error,) = report.errors
    assert error.path == "modeling_broken.py"
    assert error.line >= 1


def test_other_encodings_are_read(tmp_path: Path) -> None:
    text = GOOD.replace("class Good", "class Umlaut")
    report = scan(tree(tmp_path, latin=f"# -*- coding: latin-1 -*-\n# Größe\n{text}".encode("latin-1")), jobs=1)
    assert report.errors == ()
    assert classes(report) == {"Good": "complete", "Umlaut": "complete"}


@pytest.mark.parametrize("content", ["", "\n\n", "# nothing but a comment\n", '"""A docstring."""\n', "\ufeff"])
def test_empty_file_is_no_error(tmp_path: Path, content: str) -> None:
    report = scan(tree(tmp_path, empty=content), jobs=1)
    good_is_intact(report)
    assert report.errors == ()


def test_huge_file_does_not_stop_the_scan(tmp_path: Path) -> None:
    """Sixty megabytes of assignments: read or refused, but said, and the rest is done."""
    report = scan(tree(tmp_path, huge="x = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n" * 1_700_000), jobs=1)
    good_is_intact(report)
    (error,) = report.errors
    assert error.path == "modeling_huge.py"
    assert "large" in error.message or "size" in error.message


def test_deep_nesting_does_not_stop_the_scan(tmp_path: Path) -> None:
    report = scan(
        tree(tmp_path, deep="x = " + "(" * 3000 + "1" + ")" * 3000 + "\n", sum="x = 1" + " + 1" * 5000), jobs=1
    )
    good_is_intact(report)
    assert {error.path for error in report.errors} <= {"modeling_deep.py", "modeling_sum.py"}


def test_missing_path(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        scan(tmp_path / "nowhere")
    assert "nowhere" in str(caught.value)
    result = command("scan", tmp_path / "nowhere")
    assert result.exit_code == 2
    assert "nowhere" in result.output
    assert "Traceback" not in result.output


def test_folder_without_model_code(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing here")
    result = command("scan", tmp_path)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_only_a_broken_file_is_exit_code_two(tmp_path: Path) -> None:
    (tmp_path / "modeling_broken.py").write_text("import torch\ndef broken(:\n")
    result = command("scan", tmp_path, "--format", "json")
    assert result.exit_code == 2
    assert "modeling_broken.py:2" in result.output or '"line":2' in result.output.replace(" ", "")


def test_unknown_model_names_its_neighbours(tmp_path: Path) -> None:
    tree(tmp_path)
    with pytest.raises(InputError) as caught:
        load("Goood", tmp_path)
    assert "did you mean good" in str(caught.value).lower()
    result = command("show", "Goood", "--tree", tmp_path)
    assert result.exit_code == 2
    assert "did you mean good" in result.output.lower()


def test_one_unknown_name_among_known_ones_is_an_error(tmp_path: Path) -> None:
    tree(tmp_path)
    assert command("scan", tmp_path, "--model", "Nothing").exit_code == 2


def test_unreadable_file_and_folder(tmp_path: Path) -> None:
    """The folder is scanned by a user who may not read all of it (root may read everything)."""
    package = Path(analyzer.__file__).resolve().parent
    if os.geteuid() == 0 and any(not folder.stat().st_mode & 0o001 for folder in (package, *package.parents)):
        pytest.skip("the package lies where only root can read it, so no other user can scan")
    folder = tree(tmp_path / "tree", closed=GOOD.replace("Good", "Closed"))
    locked = tree(folder / "locked")
    for parent in (folder, *folder.parents):
        if os.geteuid() == 0 and not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o011)
    (folder / "modeling_closed.py").chmod(0)
    locked.chmod(0)
    try:
        answer = _scan_as_nobody(folder)
    finally:
        locked.chmod(0o755)
    assert [model["class"] for model in answer["models"]] == ["Good"]
    assert any(error["path"].startswith("modeling_closed.py") for error in answer["errors"])
    assert any(error["path"].startswith("locked") for error in answer["errors"])


def _scan_as_nobody(folder: Path) -> dict[str, Any]:
    """The report of a scan in a forked process without privileges."""
    answers = multiprocessing.get_context("fork").SimpleQueue()
    process = multiprocessing.get_context("fork").Process(target=_scan_into, args=(folder, answers))
    process.start()
    answer = answers.get()
    process.join()
    assert isinstance(answer, bytes), answer
    report: dict[str, Any] = json.loads(answer)
    return report


def _scan_into(folder: Path, answers: SimpleQueue[bytes | str]) -> None:
    if os.geteuid() == 0:
        os.setegid(65534)
        os.seteuid(65534)
    try:
        answers.put(scan(folder, jobs=1, cache=False).to_json())
    except Exception as error:  # noqa: BLE001 - the parent process asserts on it
        answers.put(f"{type(error).__name__}: {error}")


def test_cycle_of_imports(tmp_path: Path) -> None:
    first = GOOD.replace("Good", "First") + "\nfrom .modeling_second import Second\n"
    second = "from .modeling_first import First\n" + GOOD.replace("Good", "Second")
    report = scan(tree(tmp_path, first=first, second=second), jobs=1)
    assert classes(report) == {"First": "complete", "Good": "complete", "Second": "complete"}


def test_cycle_of_names(tmp_path: Path) -> None:
    """Two files that import one name from each other, which neither defines."""
    left = "from .modeling_right import thing\n" + GOOD.replace("Good", "Left").replace(
        "Linear(8, 8)", "Linear(8, thing)"
    )
    report = scan(tree(tmp_path, left=left, right="from .modeling_left import thing\n"), jobs=1)
    good_is_intact(report)
    assert classes(report)["Left"] != "complete"


def test_cycle_of_inheritance(tmp_path: Path) -> None:
    one = "from torch import nn\nfrom .modeling_two import Two\n\n\nclass One(Two, nn.Module):\n    pass\n"
    two = "from torch import nn\nfrom .modeling_one import One\n\n\nclass Two(One, nn.Module):\n    pass\n"
    own = "from torch import nn\n\n\nclass Own(Own, nn.Module):\n    pass\n"
    report = scan(tree(tmp_path, one=one, two=two, own=own), jobs=1)
    good_is_intact(report)
    broken = {name for name, status in classes(report).items() if status != "complete"}
    assert broken | {error.path for error in report.errors}, "a cycle of inheritance is said, not lost"


def test_inconsistent_method_resolution_order(tmp_path: Path) -> None:
    text = (
        "from torch import nn\n\n\nclass A(nn.Module):\n    pass\n\n\nclass B(A):\n    pass\n\n\n"
        "class Twisted(A, B):\n    pass\n"
    )
    report = scan(tree(tmp_path, twisted=text), jobs=1)
    good_is_intact(report)
    assert classes(report).get("Twisted") != "complete"


def test_symlink_loops(tmp_path: Path) -> None:
    folder = tree(tmp_path / "tree")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "modeling_self.py").symlink_to("modeling_self.py")
    (folder / "modeling_gone.py").symlink_to("nowhere.py")
    report = scan(folder, jobs=1)
    assert classes(report) == {"Good": "complete"}
    assert {error.path for error in report.errors} <= {"modeling_self.py", "modeling_gone.py"}


def test_links_that_lead_out_of_the_tree_are_said_and_not_followed(tmp_path: Path) -> None:
    outside = tree(tmp_path / "outside", secret=GOOD.replace("Good", "Secret"))
    importing = "from .away.modeling_secret import Secret\n" + GOOD.replace("Good", "Own")
    folder = tree(tmp_path / "tree", importing=importing)
    (folder / "away").symlink_to(outside)
    (folder / "modeling_out.py").symlink_to(outside / "modeling_secret.py")
    (folder / "config.json").symlink_to(outside / "config.json")
    (outside / "config.json").write_text('{"model_type": "secret"}')
    report = scan(folder, jobs=1)
    assert {model.model_type for model in report.models} == {"good", "importing"}
    assert "Secret" not in {model.class_name for model in report.models}
    led_out = {error.path for error in report.errors if error.code == "outside"}
    assert led_out == {"away", "modeling_out.py", "config.json"}


def test_a_snapshot_in_the_cache_of_a_hub_is_scanned(tmp_path: Path) -> None:
    """Files of a snapshot are links to the content that its repository shares between revisions."""
    repository = tmp_path / "hub" / "models--acme--tiny"
    snapshot = repository / "snapshots" / ("a" * 40)
    snapshot.mkdir(parents=True)
    (repository / "blobs").mkdir()
    files = {"config.json": '{"model_type": "tiny", "hidden_size": 24}', "modeling_tiny.py": CONFIGURED}
    for number, (name, text) in enumerate(files.items()):
        blob = repository / "blobs" / (str(number) * 40)
        blob.write_text(text)
        (snapshot / name).symlink_to(f"../../blobs/{blob.name}")
    report = scan(snapshot, jobs=1)
    assert (report.source.kind, classes(report), report.errors) == ("hub", {"TinyModel": "complete"}, ())
    assert load("TinyModel", snapshot).parameters["embed.weight"].shape == (32, 24)
    assert all(place.text for finding in report.findings for place in finding.evidence)


def test_a_folder_named_like_a_file(tmp_path: Path) -> None:
    folder = tree(tmp_path / "tree")
    (folder / "modeling_folder.py").mkdir()
    good_is_intact(scan(folder, jobs=1))


@pytest.fixture
def configured(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "modeling_tiny.py").write_text(CONFIGURED)
    return folder


def config(folder: Path, text: str) -> Path:
    path = folder / "config.json"
    path.write_text(text)
    return path


def test_config_json_is_taken(configured: Path) -> None:
    config(configured, '{"model_type": "tiny", "hidden_size": 24}')
    model = load("TinyModel", configured)
    assert model.parameters["embed.weight"].shape == (32, 24)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"hidden_size": 24,\n "num_layers": }', 2),
        ('{\n "hidden_size": 24,\n', 3),
        ("[1, 2]", 1),
        ("", 1),
    ],
)
def test_malformed_config_json(configured: Path, tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "given.json"
    path.write_text(text)
    result = command("scan", configured, "--config", path)
    assert result.exit_code == 2
    assert f"given.json:{line}" in result.output
    assert "Traceback" not in result.output


def test_malformed_config_json_beside_the_code(configured: Path) -> None:
    """Found rather than given: the model is analysed under its defaults, and the file is reported."""
    config(configured, '{"hidden_size": 24,\n "num_layers": }')
    report = scan(configured, jobs=1)
    assert classes(report) == {"TinyModel": "complete"}
    assert [(error.path, error.line) for error in report.errors] == [("config.json", 2)]


def test_unknown_field_in_config_json(configured: Path, tmp_path: Path) -> None:
    path = tmp_path / "given.json"
    path.write_text('{\n "hidden_size": 24,\n "hiden_layers": 7\n}')
    report = scan(configured, config=path, jobs=1)
    assert classes(report) == {"TinyModel": "complete"}
    assert any("hiden_layers" in error.message and error.line == 3 for error in report.errors), report.errors


@pytest.mark.parametrize("value", ['"many"', "{}"])
def test_wrongly_typed_field_in_config_json(configured: Path, tmp_path: Path, value: str) -> None:
    path = tmp_path / "given.json"
    path.write_text(f'{{\n "num_layers": 2,\n "hidden_size": {value}\n}}')
    result = command("scan", configured, "--config", path, "--format", "json")
    assert result.exit_code == 2
    (error,) = [error for error in json.loads(result.stdout)["errors"] if error["code"] == "config"]
    assert (error["path"], error["line"]) == (str(path), 3)
    assert "hidden_size" in error["message"]


@pytest.mark.parametrize("value", ["null", "[16]", "-3"])
def test_senseless_value_in_config_json_gives_no_complete_model(configured: Path, tmp_path: Path, value: str) -> None:
    path = tmp_path / "given.json"
    path.write_text(f'{{"hidden_size": {value}}}')
    report = scan(configured, config=path, jobs=1)
    assert classes(report)["TinyModel"] != "complete"


HOSTILE_CONFIGS = {
    "deep": ('{"hidden_size":' * 10_000 + "1" + "}" * 10_000, "nested deeper"),
    "huge": (" " * 100_000_000, "too large"),
    "digits": ('{"hidden_size": ' + "9" * 5000 + "}", "hidden_size: an integer of more than 64 bits: 5,000 digits"),
    "wide": ('{"hidden_size": 1000000000000000000000}', "hidden_size: an integer of more than 64 bits"),
    "no number": ('{"hidden_size": NaN}', "hidden_size: NaN is no value"),
    "endless": ('{"hidden_size": Infinity}', "hidden_size: Infinity is no value"),
    "twice": ('{"hidden_size": 8, "hidden_size": 16}', "hidden_size: given twice"),
    "key": ("{1: 2}", "not valid JSON"),
    "half": ('{"hidden_size": "\\ud800"}', "hidden_size: half of a character"),
    "list": ("[]", "a configuration is a JSON object"),
    "many": ("{" + ",".join(f'"{number}":0' for number in range(1_000_000)) + "}", "too large"),
}


@pytest.mark.parametrize("name", HOSTILE_CONFIGS)
def test_hostile_config_json_beside_the_code_costs_itself_alone(configured: Path, name: str) -> None:
    """Found rather than given, in the scanned folder and in one below it."""
    text, message = HOSTILE_CONFIGS[name]
    below = configured / "below"
    below.mkdir()
    (below / "modeling_other.py").write_text(CONFIGURED.replace("Tiny", "Other").replace('"tiny"', '"other"'))
    (configured / "config.json").write_text(text)
    (below / "config.json").write_text(text)
    start = time.process_time()
    report = scan(configured, jobs=1)
    assert time.process_time() - start < 30
    assert classes(report) == {"TinyModel": "complete", "OtherModel": "complete"}
    assert [error.path for error in report.errors] == ["below/config.json", "config.json"]
    assert all(message in error.message and error.code == "bad-config" for error in report.errors)


def test_config_json_with_a_value_that_can_not_be_taken_still_names_the_classes(configured: Path) -> None:
    named = CONFIGURED.replace('model_type = "tiny"', "pass")
    (configured / "modeling_tiny.py").write_text(named)
    config(configured, '{"model_type": "named", "hidden_size": Infinity, "auto_map": {"AutoModel": "a.TinyModel"}}')
    (model,) = scan(configured, jobs=1).models
    assert model.model_type == "named"


@pytest.mark.parametrize("name", ["deep", "twice", "half"])
def test_hostile_config_json_that_is_given_ends_the_command(configured: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / "given.json"
    path.write_text(HOSTILE_CONFIGS[name][0])
    result = command("show", "TinyModel", "--tree", configured, "--config", path)
    assert result.exit_code == 2
    assert f"{path}:1: {HOSTILE_CONFIGS[name][1]}" in result.output


def test_pipes_in_place_of_files_do_not_block(configured: Path, tmp_path: Path) -> None:
    for name in ("config.json", "modeling_pipe.py", ".git", "__init__.py"):
        os.mkfifo(configured / name)
    report = scan(configured, jobs=1)
    assert classes(report) == {"TinyModel": "complete"}
    assert {(error.path, error.code) for error in report.errors} == {
        ("modeling_pipe.py", "not-a-file"),
        ("__init__.py", "not-a-file"),
    }
    os.mkfifo(tmp_path / "pipe")
    for options in (("--config",), ("--rules",), ("--baseline",)):
        result = command("scan", configured, *options, tmp_path / "pipe")
        assert result.exit_code == 2
        assert "regular file" in result.output
    assert command("scan", tmp_path / "pipe").exit_code == 2
    assert command("claims", "check", tmp_path / "pipe").exit_code in (1, 2)


def test_set_of_a_field_that_does_not_exist(configured: Path) -> None:
    report = scan(configured, overrides={"hiden_size": 24}, jobs=1)
    assert any("hiden_size" in error.message and "hidden_size" in error.message for error in report.errors)


def test_missing_config_file(configured: Path) -> None:
    result = command("scan", configured, "--config", configured / "nowhere.json")
    assert result.exit_code == 2
    assert "nowhere.json" in result.output


def test_class_body_that_raises(tmp_path: Path) -> None:
    text = GOOD.replace("class Good(nn.Module):", "class Raises(nn.Module):\n    size = 1 // 0\n")
    report = scan(tree(tmp_path, raises=text), jobs=1)
    good_is_intact(report)
    assert classes(report)["Raises"] != "complete"


def test_endless_code_ends(tmp_path: Path) -> None:
    text = GOOD.replace("Good", "Endless").replace(
        "        return hidden", "        while True:\n            hidden = hidden + 1\n        return hidden"
    )
    report = scan(tree(tmp_path, endless=text), jobs=1)
    good_is_intact(report)
    assert classes(report)["Endless"] != "complete"


def test_endless_recursion_ends(tmp_path: Path) -> None:
    text = GOOD.replace("Good", "Deep").replace("self.inner(hidden)", "self.forward(input_ids)")
    report = scan(tree(tmp_path, deep=text), jobs=1)
    good_is_intact(report)
    assert classes(report)["Deep"] != "complete"
