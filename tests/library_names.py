"""Names that library code uses on the objects of a family of models, or that it defines: what renaming has to leave.

Read from the source of the library modules that the family imports from, and of the torch classes that it mentions.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import analyzer
from analyzer.rule.renaming import LibraryNames
from analyzer.rule.renaming.reserved import is_foreign

TORCH = Path(analyzer.__file__).parent / "frameworks" / "torch" / "prelude" / "torch"


@dataclass(frozen=True, slots=True)
class Class:
    """A library's class: the names of its bases, what it defines and what its methods use of themselves and take."""

    bases: tuple[str, ...]
    members: frozenset[str]
    arguments: frozenset[str]


@dataclass(frozen=True, slots=True)
class Use:
    """What one library file says that can name something of another program."""

    classes: Mapping[str, Class]
    reads: frozenset[str]
    """Attributes of other objects, and strings."""
    arguments: frozenset[str]
    """Parameters and keywords."""


def library_names(files: Sequence[Path], source: Path) -> tuple[LibraryNames, LibraryNames]:
    """What the modeling ``files`` of the library at ``source`` share with the rest of the library and with torch.

    First without, then with the names that library code looks up on objects of any class: it may do without them, or
    it may be about other objects.
    """
    mentioned = frozenset(name for file in files for name in _mentioned(file))
    library = _definitions(source, "models")
    used = {file for name in mentioned for file in library.get(name, ())}
    makers = [_use(file) for folder in sorted({file.parent for file in files}) for file in _processors(folder)]
    classes = [*_classes(mentioned, library), *_classes(mentioned, _definitions(TORCH))]
    members = _union(one.members for one in classes)
    looked_up = _union(_use(file).reads for file in used)
    passed = _union(_use(file).arguments for file in used) | _union(one.reads for one in makers)
    arguments = members | looked_up | passed | _union(one.arguments for one in classes) | _model_inputs(source)
    return LibraryNames(members, arguments), LibraryNames(members | looked_up, arguments)


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset(name for one in sets for name in one)


def _classes(names: Iterable[str], library: Mapping[str, Sequence[Path]]) -> Iterator[Class]:
    """The classes of these names and their bases."""
    todo, done = set(names), set[str]()
    while todo:
        name = todo.pop()
        done.add(name)
        for found in (_use(file).classes.get(name) for file in library.get(name, ())):
            if found is not None:
                yield found
                todo.update(set(found.bases) - done)


@cache
def _definitions(root: Path, *without: str) -> Mapping[str, Sequence[Path]]:
    """Where below ``root`` each top-level class and function is defined, without some folders."""
    found: dict[str, list[Path]] = {}
    for file in sorted(root.rglob("*.py")):
        if file.relative_to(root).parts[0] not in without:
            for name in re.findall(r"^(?:class|def) (\w+)", file.read_text(encoding="utf-8"), re.MULTILINE):
                found.setdefault(name, []).append(file)
    return found


def _processors(folder: Path) -> list[Path]:
    """What makes the inputs of the families in ``folder``."""
    kinds = ("processing", "image_processing", "video_processing", "feature_extraction", "tokenization")
    return [file for kind in kinds for file in sorted(folder.glob(f"{kind}_*.py"))]


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _mentioned(file: Path) -> Iterator[str]:
    """Names that a file imports, and attributes that it reads of imported modules."""
    for node in ast.walk(_tree(file)):
        match node:
            case ast.ImportFrom():
                yield from (alias.name for alias in node.names)
            case ast.Attribute(value=ast.Name() | ast.Attribute()):
                yield node.attr


@cache
def _model_inputs(source: Path) -> frozenset[str]:
    """Arguments of models that tokenizers and processors of the library declare to make."""
    texts = (file.read_text(encoding="utf-8") for file in sorted((source / "models").glob("*/*.py")))
    lists = (found for text in texts for found in re.findall(r"model_input_names = \[([^\]]*)\]", text))
    return frozenset(name for one in lists for name in re.findall(r"\w+", one))


@cache
def _use(file: Path) -> Use:
    tree = _tree(file)
    return Use(
        classes={node.name: _class(node) for node in ast.walk(tree) if isinstance(node, ast.ClassDef)},
        reads=frozenset(_reads(tree)),
        arguments=frozenset(_arguments(tree)),
    )


def _class(node: ast.ClassDef) -> Class:
    bases = tuple(_last(base) for base in node.bases)
    return Class(bases, frozenset(_class_members(node)), frozenset(_arguments(node)))


def _last(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=value):
            return _last(value)
    return ""


def _class_members(node: ast.ClassDef) -> Iterator[str]:
    for statement in node.body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and _is_self(part.value):
            yield part.attr


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def _reads(tree: ast.Module) -> Iterator[str]:
    modules = {
        alias.asname or alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=value, attr=name) if not (_is_self(value) or _is_library(value, modules)):
                yield name
            case ast.Constant(value=str() as text) if text.replace(".", "_").isidentifier():
                yield from text.split(".")


def _is_library(node: ast.expr, modules: set[str]) -> bool:
    """Whether an expression holds a module, a configuration, a cache or an output."""
    match node:
        case ast.Name(id=name):
            return name in modules or is_foreign(name)
        case ast.Attribute(value=value, attr=name):
            return is_foreign(name) or _is_library(value, modules)
    return False


def _arguments(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.arg(arg=name):
                yield name
            case ast.keyword(arg=str() as name):
                yield name
