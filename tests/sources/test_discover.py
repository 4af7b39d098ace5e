"""What kind of tree a path is, its version and revision, and the files below it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from analyzer.base import InputError, as_path
from analyzer.frameworks import FRAMEWORKS
from analyzer.sources.discover import TreeKind, discover, installed_package
from analyzer.sources.git import revision
from analyzer.sources.listing import list_python_files

LAYOUTS = tuple(one.naming.layout for one in FRAMEWORKS if one.naming.layout is not None)
HASH = "0123456789abcdef0123456789abcdef01234567"


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def library(root: Path, version: str = '__version__ = "9.9"\n') -> Path:
    """A folder laid out like transformers, whose files stop whoever runs them."""
    stop = "raise SystemExit('executed')\n"
    files = ("modeling_utils.py", "configuration_utils.py", "models/auto/modeling_auto.py", "models/ab/modeling_ab.py")
    return write(root, {"__init__.py": version + stop, **dict.fromkeys(files, stop)})


@pytest.mark.parametrize("given", ["", "src", "src/transformers"])
def test_checkout_at_any_level(tmp_path: Path, given: str) -> None:
    root = library(tmp_path / "src" / "transformers")
    tree = discover(tmp_path / given, LAYOUTS)
    assert (tree.root, tree.kind, tree.version, tree.package) == (root, TreeKind.LIBRARY, "9.9", "transformers")


@pytest.mark.parametrize("given", ["models/ab", "models/ab/modeling_ab.py"])
def test_part_of_a_library_is_a_selection_of_it(tmp_path: Path, given: str) -> None:
    root = library(tmp_path / "renamed")
    tree = discover(root / given, LAYOUTS)
    assert (tree.root, tree.kind, tree.selections, tree.package) == (root, TreeKind.MODEL, (given,), "transformers")


def test_installed_library_is_found_and_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = library(tmp_path / "transformers", version="")
    (tmp_path / "transformers-8.7.dist-info").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    before = set(sys.modules)
    tree = discover(None, LAYOUTS)
    assert (tree.root, tree.version) == (root, "8.7")
    assert not {name for name in set(sys.modules) - before if name.partition(".")[0] == "transformers"}


def test_nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(InputError, match="give a path"):
        discover(None, LAYOUTS)


def test_namespace_folder_is_no_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "thing").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert installed_package("thing") is None


def test_hub_folder_file_and_package(tmp_path: Path) -> None:
    hub = write(tmp_path / "hub", {"config.json": "{}", "modeling_x.py": ""})
    assert discover(hub, LAYOUTS).kind is TreeKind.HUB
    assert discover(write(tmp_path / "plain", {"config.json": "{}", "sub/x.py": ""}), LAYOUTS).kind is TreeKind.FOLDER
    file = discover(hub / "modeling_x.py", LAYOUTS)
    assert (file.kind, file.root, file.selections) == (TreeKind.FILE, hub, ("modeling_x.py",))
    inner = write(tmp_path / "outer", {"__init__.py": "__version__: str = '1'", "inner/__init__.py": ""}) / "inner"
    assert discover(inner, LAYOUTS).package == "outer.inner"


def test_bad_paths_are_errors(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "notes.txt").write_text("")
    os.mkfifo(tmp_path / "pipe.py")
    codes = {}
    for name in ("missing", "notes.txt", "pipe.py", "loop", "a\0b"):
        with pytest.raises(InputError) as caught:
            discover(tmp_path / name, LAYOUTS)
        codes[name] = caught.value.code
    assert codes.pop("loop") in ("unreadable", "not-found")
    assert codes == {"missing": "not-found", "notes.txt": "not-python", "pipe.py": "not-a-file", "a\0b": "unreadable"}


# --- git ---------------------------------------------------------------------------------------------------------


def test_revision_of_loose_packed_and_detached_heads(tmp_path: Path) -> None:
    git = tmp_path / ".git"
    write(git, {"HEAD": "ref: refs/heads/main\n", "refs/heads/main": HASH + "\n"})
    assert revision(tmp_path) == HASH
    (git / "refs/heads/main").unlink()
    write(git, {"packed-refs": f"# pack-refs\n{'f' * 40} refs/heads/other\n{HASH} refs/heads/main\n"})
    assert revision(tmp_path) == HASH
    write(git, {"HEAD": HASH})
    assert revision(tmp_path) == HASH
    write(git, {"HEAD": "nonsense"})
    assert revision(tmp_path) is None


def test_revision_of_a_work_tree(tmp_path: Path) -> None:
    write(tmp_path / "main/.git", {"refs/heads/side": HASH, "worktrees/w/HEAD": "ref: refs/heads/side"})
    write(tmp_path / "main/.git/worktrees/w", {"commondir": "../.."})
    write(tmp_path / "work", {".git": f"gitdir: {tmp_path}/main/.git/worktrees/w\n", "sub/x.py": ""})
    assert revision(tmp_path / "work" / "sub") == HASH


def test_revision_of_a_submodule_and_of_a_bare_repositorys_work_tree(tmp_path: Path) -> None:
    write(tmp_path / "main/.git/modules/deep/er", {"HEAD": HASH})
    write(tmp_path / "main/deep/er", {".git": "gitdir: ../../.git/modules/deep/er\n"})
    assert revision(tmp_path / "main/deep/er") == HASH
    write(tmp_path / "store.git", {"worktrees/w/HEAD": "ref: refs/heads/a/b-1.0", "worktrees/w/commondir": "../.."})
    write(tmp_path / "store.git", {"packed-refs": f"{HASH} refs/heads/a/b-1.0\n"})
    write(tmp_path / "work", {".git": f"gitdir: {tmp_path}/store.git/worktrees/w"})
    assert revision(tmp_path / "work") == HASH


@pytest.mark.parametrize(
    "pointer",
    [
        "gitdir: /proc/self/cwd",
        "gitdir: ../elsewhere",
        "gitdir: ../elsewhere/worktrees/w",
        "gitdir: ../elsewhere/modules/m",
        "gitdir: .git",
        "gitdir: \0",
        "gitdir:",
        "gitdir: " + "a/" * 5000,
        HASH,
        "x" * 100_000,
    ],
)
def test_pointers_are_followed_to_where_git_puts_things(tmp_path: Path, pointer: str) -> None:
    for place in ("", "worktrees/w/", "modules/m/"):
        write(tmp_path / "elsewhere", {f"{place}HEAD": HASH})
    write(tmp_path / "work", {".git": pointer})
    assert revision(tmp_path / "work") is None


@pytest.mark.parametrize(
    "head",
    [
        "ref: ../secret",
        "ref: refs/../../secret",
        "ref: refs/heads/../../../secret",
        "ref: /etc/hostname",
        "ref: refs/heads/.hidden",
        "ref: secret",
        "ref: refs/heads/link",
        "ref: refs/heads/pipe",
        "ref: refs/heads/a\0b",
        "ref: refs/heads/" + "a" * 5000,
        "ref:",
        f"{HASH}\nmore",
        f"gitdir: {HASH}",
    ],
)
def test_references_have_gits_form_and_stay_in_its_folder(tmp_path: Path, head: str) -> None:
    git = tmp_path / "work/.git"
    write(git, {"HEAD": head, "refs/heads/.hidden": HASH, "secret": HASH})
    write(tmp_path, {"secret": HASH, "work/secret": HASH})
    (git / "refs/heads/link").symlink_to(tmp_path / "secret")
    os.mkfifo(git / "refs/heads/pipe")
    assert revision(tmp_path / "work") is None


def test_the_folder_of_a_repository_is_no_link_and_names_no_other(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere/.git", {"HEAD": "ref: refs/heads/main", "refs/heads/main": HASH})
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked/.git").symlink_to(tmp_path / "elsewhere/.git")
    assert revision(tmp_path / "linked") is None
    write(tmp_path / "work/.git", {"HEAD": "ref: refs/heads/main", "commondir": str(tmp_path / "elsewhere/.git")})
    assert revision(tmp_path / "work") is None
    os.mkfifo(tmp_path / "work/.git/packed-refs")
    assert revision(tmp_path / "work") is None


def test_installed_package_has_no_revision_of_the_project_around_it(tmp_path: Path) -> None:
    write(tmp_path / ".git", {"HEAD": HASH})
    inside = write(tmp_path, {"venv/site-packages/p/x.py": ""}) / "venv/site-packages/p"
    assert revision(inside) is None
    assert revision(tmp_path / "venv") == HASH


# --- listing -----------------------------------------------------------------------------------------------------


def test_listing_leaves_out_what_is_not_the_users(tmp_path: Path) -> None:
    kept = ("a.py", "b/c.py", "b/d e.py", "b/ü.py")
    dropped = ("x.txt", ".git/h.py", "__pycache__/i.py", "env/pyvenv.cfg", "env/j.py", "lib/site-packages/k.py")
    write(tmp_path, dict.fromkeys((*kept, *dropped), ""))
    (tmp_path / "folder.py").mkdir()
    assert list_python_files(tmp_path).files == tuple(sorted(kept))
    assert list_python_files(tmp_path, "b").files == ("b/c.py", "b/d e.py", "b/ü.py")
    assert list_python_files(tmp_path, "a.py").files == ("a.py",)


def test_links_are_no_trap(tmp_path: Path) -> None:
    """Followed inside of the tree, files only; what leads out is said and left alone."""
    outside = write(tmp_path / "outside", {"secret.py": "", "blob": "x = 1"})
    root = write(tmp_path / "root", {"a.py": "", "b/c.py": "", "data": ""})
    (root / "loop").symlink_to(root)
    (root / "inner").symlink_to("b")
    (root / "linked.py").symlink_to("data")
    (root / "itself.py").symlink_to("itself.py")
    (root / "gone.py").symlink_to("nowhere")
    (root / "away").symlink_to(outside)
    (root / "away.py").symlink_to(outside / "blob")
    (root / "b/up.py").symlink_to("../../outside/secret.py")
    (root / "dangling.py").symlink_to(tmp_path / "nowhere")
    (root / "node_modules").symlink_to(outside)
    (root / ".hidden").symlink_to(outside)
    (root / "notes.txt").symlink_to(outside / "blob")
    listing = list_python_files(root)
    assert listing.files == ("a.py", "b/c.py", "gone.py", "itself.py", "linked.py")
    assert {error.path for error in listing.errors} == {"away", "away.py", "b/up.py", "dangling.py"}
    assert {error.code for error in listing.errors} == {"outside"}


def test_a_tree_that_is_reached_by_a_link_is_whole(tmp_path: Path) -> None:
    real = write(tmp_path / "real", {"a.py": "", "b/c.py": ""})
    (tmp_path / "link").symlink_to(real)
    tree = discover(tmp_path / "link", LAYOUTS)
    assert (tree.root, list_python_files(tree.root).files) == (real, ("a.py", "b/c.py"))
    assert list_python_files(tmp_path / "link").errors == ()


def test_folder_that_can_not_be_listed_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write(tmp_path, {"a.py": "", "closed/b.py": ""})
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    listing = list_python_files(root)
    assert listing.files == ("a.py",)
    assert [(error.path, error.code) for error in listing.errors] == [("closed", "unreadable")]


def test_files_that_are_none(tmp_path: Path) -> None:
    """Pipes and links in place of what is looked at while a tree is found out about."""
    os.mkfifo(tmp_path / "__init__.py")
    os.mkfifo(tmp_path / ".git")
    os.mkfifo(tmp_path / "config.json")
    write(tmp_path, {"a.py": ""})
    tree = discover(tmp_path, LAYOUTS)
    assert (tree.kind, tree.version, tree.revision, tree.package) == (TreeKind.FOLDER, None, None, None)
    (tmp_path / "__init__.py").unlink()
    write(tmp_path / "tree", {"a.py": ""})
    write(tmp_path / "secret", {"version.py": "__version__ = 'outside'"})
    (tmp_path / "tree/__init__.py").symlink_to(tmp_path / "secret/version.py")
    assert discover(tmp_path / "tree", LAYOUTS).version is None


def test_very_many_files_and_very_long_names(tmp_path: Path) -> None:
    for number in range(10_000):
        (tmp_path / f"{number:05}.py").touch()
    (tmp_path / ("x" * 250 + ".py")).touch()
    deep = "/".join(["d" * 200] * 10)
    write(tmp_path, {f"{deep}/deep.py": ""})
    listing = list_python_files(tmp_path)
    assert (len(listing.files), listing.errors) == (10_002, ())
    with pytest.raises(InputError):
        discover(tmp_path / ("x" * 5000), LAYOUTS)


@pytest.mark.skipif(sys.platform == "darwin", reason="file names are always Unicode there")
def test_name_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"bad\xff.py")).write_text("")
    (path,) = list_python_files(tmp_path).files
    assert as_path(path) == "bad\ufffd.py"
