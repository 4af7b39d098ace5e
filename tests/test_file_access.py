"""Files are read in one place of the program, and written in few: what asks the file system stands in a list."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "analyzer"
FILES = sorted(path for path in ROOT.rglob("*.py") if "prelude" not in path.parts)
CONTENT = {
    *("open", "read_text", "read_bytes", "write_text", "write_bytes", "fdopen", "mkstemp", "mkdtemp"),
    *("TemporaryDirectory", "NamedTemporaryFile", "fromfile", "memmap", "getsource", "getlines", "run_path"),
    "spec_from_file_location",
}
LISTING = {"rglob", "glob", "iterdir", "scandir", "listdir", "walk"}
ASKING = {
    *("is_file", "is_dir", "exists", "stat", "lstat", "is_symlink", "readlink", "realpath", "isfile", "isdir"),
    *("islink", "lexists", "samefile", "getsize", "is_fifo", "is_mount"),
}
ALLOWED = {
    "sources/read.py": {"open", "stat", "isfile", "isdir"},
    "sources/inside.py": {"realpath", "lstat"},
    "sources/listing.py": {"scandir", "is_dir", "is_symlink"},
    "sources/git.py": {"realpath", "is_symlink"},
    "sources/cache.py": {"mkstemp", "fdopen"},  # writes entries
    "rule/examples.py": {"TemporaryDirectory", "write_text"},  # writes examples to where they are analysed
    "cli/rules.py": {"exists", "write_text"},  # writes pages and new rules
    "cli/terminal.py": {"open", "fdopen"},  # streams to nowhere in place of closed ones
    "cli/files.py": {"open", "realpath", "stat"},  # writes what was asked for
    "cli/standard_output.py": {"open"},  # the program's own streams
    "cli/start.py": {"open", "fdopen"},  # likewise
    "workers/child.py": {"open"},  # the pipe to the parent
    "workers/limits.py": {"read_bytes"},  # the memory of the process itself, as Linux tells it
}
ELSEWHERE = {
    "outputs/sarif.py": {"urllib"},  # quotes
    "cli/files.py": {"shutil"},  # keeps the mode of a file that is replaced
    "workers/process.py": {"subprocess"},  # starts worker processes
}
OWN = {"Workspace", "SyntaxCache", "ast"}
"""What has methods of these names that touch no file, or opens what is read as everything is."""
OTHERS = {
    *("subprocess", "socket", "urllib", "http", "ftplib", "ctypes", "mmap", "runpy", "linecache", "fileinput"),
    "shutil",
}


def calls(tree: ast.Module) -> set[str]:
    """The functions and methods among those in question that code calls, or passes on as functions of these modules."""
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("analyzer"):
            own |= {alias.name for alias in node.names}
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner))) if owner in OWN:
                pass
            case ast.Call(func=ast.Attribute(attr=name)) | ast.Attribute(value=ast.Name(id="Path" | "os"), attr=name):
                found.add(name)
            case ast.Call(func=ast.Name(id=name)) if name not in own:
                found.add(name)
    return found & (CONTENT | LISTING | ASKING)


def imports(tree: ast.Module) -> set[str]:
    """The top-level packages that a module imports."""
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    found |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in found}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_are_touched_where_it_is_allowed(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    assert calls(ast.parse(path.read_text(encoding="utf-8"))) <= ALLOWED.get(name, set())


def test_the_list_has_nothing_that_is_not_needed() -> None:
    for name, allowed in ALLOWED.items():
        assert calls(ast.parse((ROOT / name).read_text(encoding="utf-8"))) == allowed, name


def test_other_ways_to_files_and_programs_are_not_imported() -> None:
    for path in FILES:
        found = imports(ast.parse(path.read_text(encoding="utf-8"))) & OTHERS
        assert found <= ELSEWHERE.get(path.relative_to(ROOT).as_posix(), set()), path


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("open('x')", {"open"}),
        ("Path('x').read_text()", {"read_text"}),
        ("for p in root.rglob('*'): pass", {"rglob"}),
        ("map(Path.read_bytes, paths)", {"read_bytes"}),
        ("os.path.isfile(x)", {"isfile"}),
        ("SyntaxCache.open()", set()),
        ("from analyzer.sources.read import read_bytes\nread_bytes(x)", set()),
    ],
)
def test_the_search_sees(text: str, found: set[str]) -> None:
    assert calls(ast.parse(text)) == found
