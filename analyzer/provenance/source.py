"""Python files as classes, functions and imports, in a form in which comments and annotations do not show."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from analyzer.base import InputError
from analyzer.sources.decode import decode
from analyzer.sources.layout import TreeLayout
from analyzer.sources.listing import names_in
from analyzer.sources.parse import python_tree
from analyzer.sources.read import is_file, is_folder
from analyzer.sources.store import SourceStore

DefinitionNode: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef"
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Member:
    """A method, a function or an attribute; what its text leaves out is taken from ``node`` when it is first asked."""

    name: str
    line: int
    node: ast.AST

    @cached_property
    def code(self) -> str:
        """Its text without comments, documentation, decorators and annotations."""
        return ast.unparse(_Plain().visit(self.node))

    @property
    def calls_super(self) -> bool:
        """Whether it asks for what its class derives from."""
        return any(isinstance(node, ast.Name) and node.id == "super" for node in ast.walk(self.node))

    @property
    def only_raises(self) -> bool:
        """Whether it stands for the removal of a member."""
        body = [node for node in getattr(self.node, "body", ()) if not _is_text(node)]
        return len(body) == 1 and isinstance(body[0], ast.Raise)


@dataclass(frozen=True, slots=True)
class ClassSource:
    """A class as it is written: its bases, and its members by name."""

    name: str
    line: int
    bases: tuple[str, ...]
    members: Mapping[str, Member]


@dataclass(frozen=True, slots=True)
class FileSource:
    """``imports`` maps names to the file and the name there that they come from, for files of the tree."""

    path: str
    lines: tuple[str, ...]
    classes: Mapping[str, ClassSource]
    functions: Mapping[str, Member]
    imports: Mapping[str, tuple[str, str]]


class Sources:
    """The files of a tree, each read once; ``layout`` tells which are models and what they are generated from."""

    def __init__(self, root: Path, layout: TreeLayout | None, store: SourceStore | None = None) -> None:
        self._store = store or SourceStore()
        self.root = root if is_folder(root) else root.parent
        self.layout = layout
        self._files: dict[str, FileSource | None] = {}

    def file(self, path: str) -> FileSource | None:
        """The file at a path relative to the root; None where there is none that can be read."""
        if path not in self._files:
            self._files[path] = self._read(path)
        return self._files[path]

    def model_files(self, folder: str) -> tuple[str, ...]:
        """The paths of models' files in one folder (``models/bert/modeling_bert.py``), in order."""
        return () if self.layout is None else self._beginning(folder, self.layout.model_prefix)

    def source_files(self, folder: str) -> tuple[str, ...]:
        """The paths of files in one folder that models' files are generated from, in order."""
        return () if self.layout is None else self._beginning(folder, self.layout.source_prefix)

    def _beginning(self, folder: str, prefix: str) -> tuple[str, ...]:
        try:
            names = names_in(self.root / folder)
        except InputError:
            return ()
        found = (name for name in names if name.startswith(prefix) and name.endswith(".py"))
        return tuple(f"{folder}/{name}" if folder else name for name in found)

    def _read(self, path: str) -> FileSource | None:
        if not is_file(self.root / path):
            return None
        try:
            text = decode(self._store.read(self.root / path, shown=path, within=self.root), shown=path)
        except InputError:
            return None
        tree = python_tree(text, path)
        return None if isinstance(tree, InputError) else _source(path, text, tree)


def _source(path: str, text: str, tree: ast.Module) -> FileSource:
    classes = {node.name: _class(node) for node in tree.body if isinstance(node, ast.ClassDef)}
    functions = {node.name: _member(node) for node in tree.body if isinstance(node, FunctionNode)}
    return FileSource(path, tuple(text.split("\n")), classes, functions, _imports(path, tree))


def _imports(path: str, tree: ast.Module) -> dict[str, tuple[str, str]]:
    found = {}
    folders = path.split("/")[:-1]
    for node in _outside(tree.body):
        if isinstance(node, ast.ImportFrom) and node.level and node.module and node.level <= len(folders) + 1:
            base = folders[: len(folders) - node.level + 1]
            target = "/".join((*base, *node.module.split("."))) + ".py"
            found.update({alias.asname or alias.name: (target, alias.name) for alias in node.names})
    return found


def _outside(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements outside of functions and classes."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try):
            yield from _outside([*node.body, *node.orelse])


def _class(node: ast.ClassDef) -> ClassSource:
    members: dict[str, Member] = {}
    for item in node.body:
        if isinstance(item, FunctionNode | ast.ClassDef):
            members[item.name] = _member(item)
        elif isinstance(item, ast.Assign | ast.AnnAssign):
            targets = item.targets if isinstance(item, ast.Assign) else [item.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    members[target.id] = Member(target.id, item.lineno, item)
    return ClassSource(node.name, node.lineno, tuple(ast.unparse(base) for base in node.bases), members)


def _member(node: DefinitionNode) -> Member:
    return Member(node.name, node.lineno, node)


class _Plain(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        node.decorator_list, node.returns = [], None
        self._without_text(node)
        self.generic_visit(node)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.decorator_list = []
        self._without_text(node)
        self.generic_visit(node)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        value = node.value if node.value is not None else ast.Constant(None)
        return ast.copy_location(ast.Assign([node.target], value, lineno=node.lineno), node)

    @staticmethod
    def _without_text(node: DefinitionNode) -> None:
        node.body = [item for item in node.body if not _is_text(item)] or [ast.Pass()]


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
