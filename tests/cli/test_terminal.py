"""What reaches a terminal: no control character of anybody else's, whatever its encoding, and also if it is closed."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analyzer.base import one_line
from analyzer.cli import main, terminal
from analyzer.cli.terminal import emit, emit_json, emit_text, progress_bar

ROOT = Path(__file__).parents[2]
BAD = "\x1b[2J\x9b1m\x07\u202e\u200b\u2028|`<b>[a](b)\n# x"
CODE = f"""from torch import nn
import torch

BAD = {BAD!r} + "\\ud800"


class Evil(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(8)
        self.add_module("part" + BAD, nn.Linear(8, 8))
        self.register_parameter("weight" + BAD, nn.Parameter(torch.ones(8)))

    def forward(self, x):
        x = getattr(self, "part" + BAD)(self.norm(x)) + x  # {BAD.replace(chr(10), "")}
        return {{"out" + BAD: x * getattr(self, "weight" + BAD)}}


class Raises(nn.Module):
    def __init__(self):
        super().__init__()
        raise ValueError(BAD)

    def forward(self, x):
        return x


class Odd(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(8, 8)

    def forward(self, x):
        return self.inner(x).unknown_thing(BAD)
"""
NAMED = "from torch import nn\n\n\nclass Named(nn.Linear):\n    def __init__(self):\n        super().__init__(2, 2)\n"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evil\x1b[31m")
    (folder / "modeling_evil.py").write_bytes(CODE.replace("\u2028", "").encode())
    (folder / os.fsdecode(b"modeling_n\x1b[31m\nERROR: fake\xff.py")).write_text(NAMED)
    (folder / "broken_\x1b]0;x\x07.py").write_text("def broken(:\n")
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def bad_in(text: str) -> set[str]:
    return {one for one in text if not (one.isprintable() or one == "\n" or unicodedata.category(one) == "Zs")}


COMMANDS = [
    ("scan", "TREE", "--jobs", 1),
    ("scan", "TREE", "--jobs", 1, "-v"),
    ("scan", "TREE", "--jobs", 1, "--format", "table"),
    ("scan", "TREE", "--jobs", 1, "--format", "json"),
    ("scan", "TREE", "--jobs", 1, "--format", "sarif"),
    ("show", "Evil", "--tree", "TREE"),
    ("show", "Odd", "--tree", "TREE"),
    ("show", "Raises", "--tree", "TREE"),
    *(("graph", "Evil", "--tree", "TREE", "--format", form) for form in ("text", "json", "graphml", "dot", "mermaid")),
    ("graph", "Raises", "--tree", "TREE"),
    ("params", "--all", "--tree", "TREE", "--jobs", 1),
    ("params", "Evil", "--tree", "TREE", "--format", "jsonl"),
    ("calls", "Evil", "--tree", "TREE"),
    ("diff", "Evil@TREE", "Odd@TREE"),
    ("diff", "Evil@TREE", "Odd@TREE", "--format", "markdown"),
    ("show", "nothing\x1b[2J", "--tree", "TREE"),
    ("show", "Evil", "--tree", "TREE/none\x1b[2J"),
    ("show", "Evil", "--tree", "TREE", "--set", "\x1b[2J=\u202e"),
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: one_line(" ".join(map(str, arguments))))
def test_commands_print_no_control_characters(arguments: tuple[object, ...], tree: Path) -> None:
    result = run(*(str(argument).replace("TREE", str(tree)) for argument in arguments))
    assert bad_in(result.stdout) == bad_in(result.stderr) == set()
    assert "internal error" not in result.stderr
    assert result.stdout or result.stderr
    result.stdout.encode()


@pytest.mark.parametrize(
    "arguments",
    [
        ("scan", "--\x1b[2J"),
        ("\x1b[2J\u202e",),
        ("scan", "a", "b\x1b[2J"),
        ("scan", "--jobs", "\x1b"),
        ("show", "x@"),
        ("graph", "x", "--input", "\x1b[2J"),
        ("graph", "x", "--input", "a=int64[" + "9" * 5000 + "]"),
        ("diff", "a@\x1b", "b@"),
        ("rules", "explain", "\x1b"),
        ("rules", "\x1b"),
        ("traits", "\x1b\n"),
        ("scan", "\udcff\x1b"),
        ("scan", "a\udcff@b", "--model", "\udcff"),
    ],
)
def test_what_is_said_of_arguments_shows(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert bad_in(result.stderr) - {"\t"} == set()
    assert "internal error" not in result.stderr


def test_an_error_is_one_line_and_its_traceback_shows(tmp_path: Path) -> None:
    path = tmp_path / "rule.py"
    path.write_text(f"raise ValueError({BAD!r})")
    result = run("rules", "list", "--rules", path)
    assert result.stderr.count("\n") == 1
    result = run("rules", "list", "--rules", path, "-v")
    assert "Traceback" in result.stderr
    assert bad_in(result.stderr) == set()


def test_lines_and_documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    emit(["a\x1b\nb", "c"])
    emit_text("a\x1b\n\tb\n")
    emit_json({"a\x1b": "\u202e\ud800"}, indent=0)
    assert capsys.readouterr().out == 'a\\x1b\\nb\nc\na\\x1b\n\tb\n{"a\\u001b":"\\u202e\\\\ud800"}\n'
    emit(["a\x1b\nb", "c\ud800"], tmp_path / "lines")
    emit_text("a\x1b\n\tb\ud800\n", tmp_path / "text")
    assert (tmp_path / "lines").read_text() == "a\\x1b\\nb\nc\\ud800\n"
    assert (tmp_path / "text").read_text() == "a\\x1b\n\tb\\ud800\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_progress_bar_shows_names_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with progress_bar("scanning") as progress:
        assert progress is not None
        progress(1, 2, "[red]A\x1b]0;title\x07[/]\n\u202e")
    assert "[red]A\\x1b]0;title\\x07[/]\\n\\u202e" in stream.getvalue()


# --- encodings and closed streams, which need a process of their own -----------------------------------------------


def program(*arguments: str, shell: str = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-P", "-c", "from analyzer.cli import main; main()", *arguments]
    if shell:
        command = ["bash", "-c", f'exec "$@" {shell}', "bash", *command]
    known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        command, env={**known, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, check=False, timeout=120
    )


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "C"},
        {"PYTHONIOENCODING": "latin-1"},
        {},
    ],
)
def test_terminals_of_any_encoding(environment: dict[str, str]) -> None:
    done = program("graph", "alder", "--tree", str(ROOT / "fixtures/alder"), **environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"linear" in done.stdout
    done = program("show", "alder", "--tree", str(ROOT / "fixtures/alder"), "--select", "norm.eps", **environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert any(arrow in done.stdout for arrow in ("←".encode(), rb"\u2190"))


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_what_is_redirected_is_utf_8_on_every_system(encoding: str) -> None:
    """As on Windows, where a file or a pipe gets a code page without arrows."""
    done = program("show", "alder", "--tree", str(ROOT / "fixtures/alder"), PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "←" in done.stdout.decode("utf-8")


@pytest.mark.parametrize(("is_terminal", "shown"), [(True, b"\\u2190"), (False, "←".encode())])
def test_a_terminal_keeps_its_encoding(monkeypatch: pytest.MonkeyPatch, is_terminal: bool, shown: bytes) -> None:
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="cp1252")
    monkeypatch.setattr(stream, "isatty", lambda: is_terminal, raising=False)
    monkeypatch.setattr(sys, "stdout", stream)
    terminal.usable_streams()
    stream.write("←")
    stream.flush()
    assert written.getvalue() == shown


def test_the_package_can_be_run() -> None:
    command = [sys.executable, "-P", "-m", "analyzer", "--version"]
    known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(command, env={**known, "PYTHONPATH": str(ROOT)}, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout.split()[0]) == (0, b"asbuilt,")


def test_a_reader_that_leaves_early_is_no_error() -> None:
    done = program("traits", shell="| head -1; exit ${PIPESTATUS[0]}")
    assert (done.returncode, done.stderr, done.stdout.count(b"\n")) == (0, b"", 1)


@pytest.mark.parametrize("shell", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams(shell: str, tmp_path: Path) -> None:
    for name in ("modeling_a.py", "modeling_b.py"):
        (tmp_path / name).write_text(NAMED)
    output = tmp_path / "out.json"
    done = program("scan", str(tmp_path), "--jobs", "2", "--format", "json", "-o", str(output), shell=shell)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert len(json.loads(output.read_bytes())["models"]) == 2
    assert program("scan", str(tmp_path), "--jobs", "1", shell=shell).returncode == 0
    assert program("scan", "--nothing", shell=shell).returncode == 2


def test_streams_that_are_open_are_left_alone() -> None:
    before = (sys.stdout, sys.stderr)
    terminal.usable_streams()
    assert (sys.stdout, sys.stderr) == before
