"""How the program ends: by itself, by a signal, by a reader that leaves, by a rule that ends it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.programs import ALDER, COMMAND, ROOT, done, rule, runs, started, text_in

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals")
WAITING = "Path({marker!r}).write_text(str(os.getpid())); time.sleep(600)"


@posix
@pytest.mark.parametrize(
    ("number", "code", "line"), [(signal.SIGINT, 130, "interrupted\n"), (signal.SIGTERM, 143, "terminated\n")]
)
@pytest.mark.parametrize("command", [("scan", ALDER), ("show", f"alder@{ALDER}")])
def test_signals_end_everything_at_once(
    tmp_path: Path, number: signal.Signals, code: int, line: str, command: tuple[object, ...]
) -> None:
    marker = tmp_path / "worker"
    file = rule(tmp_path, WAITING.format(marker=str(marker)))
    with started(*command, "--rules", file, "-o", tmp_path / "report") as process:
        worker = int(text_in(marker))
        start = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (code, "", line)
    assert time.monotonic() - start < 20
    assert not runs(worker)
    assert {path.name for path in tmp_path.iterdir()} == {file.name, marker.name}


@posix
@pytest.mark.parametrize("words", [f"scan {ALDER} --format json", "rules list --format json", "--help"])
def test_a_reader_that_leaves_is_no_error(words: str) -> None:
    """Also where there is more than a pipe holds: what is left is flushed when the interpreter ends."""
    with started(*words.split()) as process:
        assert process.stdout is not None
        assert process.stdout.read(1)
        process.stdout.close()
        assert process.stderr is not None
        assert (process.stderr.read(), process.wait(120)) == ("", 0)


def test_findings_count_even_if_nobody_reads_them(tmp_path: Path) -> None:
    file = rule(tmp_path, "pass")
    with started("scan", ALDER, "--format", "json", "--rules", file, "--fail-on", "warning") as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(120) == 1


ODD = {
    "sys.exit(0)": "SystemExit: 0",
    "os._exit(0)": "it ended the worker process (exit code 0)",
    "ctypes.string_at(0)": "it ended the worker process (segmentation fault)",
    "raise KeyboardInterrupt": "KeyboardInterrupt: ",
    "raise BaseException('odd')": "BaseException: odd",
    "yield None": "TypeError: the check yields a NoneType, not a Match",
    "yield Match(object())": "TypeError: object is not a value",
    "yield Match(1, message=5)": "ValidationError: Expected `str`, got `int`",
    "yield Match(1, module=object())": "TypeError: the module of a Match is the path of a module, not an object",
    "yield Match('\\ud800')": "UnicodeEncodeError: ",
    "yield Match(1, certainty='sure')": "ValueError: 'sure' is not a valid Certainty",
}
"""What rules do, and what is said of it."""


def test_rules_that_do_not_come_to_their_end_are_no_pass(tmp_path: Path) -> None:
    """Each is an error that names it, and the report has all that the others say."""
    for number, body in enumerate(ODD):
        rule(tmp_path, body, number=number)
    good = rule(tmp_path, "pass", number=len(ODD))
    scan = done("scan", ALDER, "--format", "json", "--rules", tmp_path, "--fail-on", "error")
    report = json.loads(scan.stdout)
    assert [model["status"] for model in report["models"]] == ["complete"]
    assert [one["rule"] for one in report["findings"] if one["rule"].startswith("USR")] == [good.stem.upper()]
    assert {error["code"] for error in report["errors"]} == {"rule-failed"}
    messages = {Path(error["path"]).stem: error["message"] for error in report["errors"]}
    for number, told in enumerate(ODD.values()):
        start = f"USR{100 + number} on alder (AlderForCausalLM): {told}"
        assert messages[f"usr{100 + number}"].startswith(start)
    assert sum(line.startswith("not done: USR1") for line in scan.stderr.splitlines()) == 3
    assert scan.returncode == 2


@pytest.mark.parametrize(("level", "code"), [("never", 0), ("warning", 1), ("error", 2)])
def test_one_fails_no_run_that_asks_for_nothing_and_hides_no_finding(tmp_path: Path, level: str, code: int) -> None:
    rule(tmp_path, "pass")
    rule(tmp_path, "sys.exit(0)", number=1)
    assert done("scan", ALDER, "--rules", tmp_path, "--fail-on", level).returncode == code


@pytest.mark.parametrize("before", ["sys.exit(0)", "os._exit(0)"])
@pytest.mark.parametrize("command", [("scan", ALDER, "--rules"), ("rules", "test")])
def test_a_rule_that_ends_the_process_when_it_is_loaded(
    tmp_path: Path, before: str, command: tuple[object, ...]
) -> None:
    ended = done(*command, rule(tmp_path, "pass", before))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("error: ")


@pytest.mark.parametrize("body", ["sys.exit(0)", "os._exit(0)"])
def test_a_rule_that_ends_the_process_fails_its_examples(tmp_path: Path, body: str) -> None:
    done("rules", "new", "some-rule", "--output", tmp_path)
    (file,) = tmp_path.glob("*.py")
    text = file.read_text()
    start = text.index("def check(")
    line = text.index("\n", start) + 1
    file.write_text(f"{text[:line]}    import os, sys\n    {body}\n{text[line:]}")
    ended = done("rules", "test", file)
    assert ended.returncode in (1, 2)
    assert "SystemExit" in ended.stdout or "exit code 0" in ended.stderr


def test_what_a_rule_prints_goes_to_standard_error(tmp_path: Path) -> None:
    loud = "print('loud'); os.write(1, b'louder\\n'); os.system('echo loudest')"
    plain = done("scan", ALDER, "--format", "json", "--rules", rule(tmp_path, "pass")).stdout
    said = done("scan", ALDER, "--format", "json", "--rules", rule(tmp_path, loud))
    assert said.stdout == plain
    assert {"loud", "louder", "loudest"} <= set(said.stderr.splitlines())


@posix
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_error(tmp_path: Path, closed: str) -> None:
    report = tmp_path / "report.json"
    words = [*COMMAND, "scan", str(ALDER), "--format", "json", "-o", str(report)]
    ended = subprocess.run(["sh", "-c", f'"$@" {closed}', "sh", *words], cwd=ROOT, check=False, capture_output=True)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(report.read_text())["models"]


@pytest.mark.parametrize("words", [("scan", ALDER), ("rules", "list"), ("--help",)])
def test_a_full_device_is_an_error(words: tuple[object, ...]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no such device")
    with Path("/dev/full").open("w") as full, started(*words, stdout=full.fileno()) as process:
        _, err = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "No space left on device" in err
