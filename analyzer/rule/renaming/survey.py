"""Finds the names that must stay because something outside the files uses them."""

# ruff: noqa: N802 - libcst calls these methods by the names of its nodes
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import libcst as cst

from analyzer.frameworks import CALLS
from analyzer.rule.renaming import reserved
from analyzer.rule.renaming.definitions import Definitions, FileDefinitions
from analyzer.rule.renaming.scopes import Scope, chain, function_scope, resolve, walk

_NAMING = {(name,) for name in reserved.BY_STRING | reserved.REGISTERING}
"""Calls whose strings name attributes in a known way."""


class Scoped:
    """Keeps the scopes around the node that a libcst visitor or transformer is at."""

    def __init__(self, known: Definitions, file: FileDefinitions) -> None:
        self.known = known
        self.file = file
        self.stack: list[Scope] = []
        self._scopes: dict[cst.CSTNode, Scope] = {}

    def visit_ClassDef_body(self, node: cst.ClassDef) -> None:
        names = frozenset(item.name.value for item in node.body.body if isinstance(item, cst.FunctionDef))
        opaque = node.name.value in self.known.configurations or self._opaque()
        self.stack.append(Scope(names=names, is_class=True, opaque=opaque))

    def leave_ClassDef_body(self, node: cst.ClassDef) -> None:
        self.stack.pop()

    def visit_FunctionDef_body(self, node: cst.FunctionDef) -> None:
        self.stack.append(self.scope_of(node))

    def leave_FunctionDef_body(self, node: cst.FunctionDef) -> None:
        self.stack.pop()

    def visit_Lambda_body(self, node: cst.Lambda) -> None:
        self.stack.append(self.scope_of(node))

    def leave_Lambda_body(self, node: cst.Lambda) -> None:
        self.stack.pop()

    def scope_of(self, node: cst.FunctionDef | cst.Lambda) -> Scope:
        """The scope of ``node``'s body as seen from where it is defined."""
        if node not in self._scopes:
            method = bool(self.stack) and self.stack[-1].is_class and not _is_static(node)
            self._scopes[node] = function_scope(node, method, self.file.foreign, self._opaque())
        return self._scopes[node]

    def _opaque(self) -> bool:
        return bool(self.stack) and self.stack[-1].opaque

    def is_own_call(self, call: cst.Call) -> bool:
        """Whether the keywords of ``call`` name parameters of the set's own functions."""
        match call.func:
            case cst.Name(value=name):
                return self._own_name(name)
            case cst.Attribute():
                path = chain(call.func)
                if not path or path[0] == "super" or self.is_library_root(path[0]):
                    return False
                return path[-1] in self.known.attributes or path[-1] in reserved.HOOKS
            case cst.Subscript() | cst.Call():
                path = chain(call.func)
                return bool(path) and not self.is_library_root(path[0])
            case _:
                return False

    def is_library_root(self, name: str) -> bool:
        """Whether an expression that starts with ``name`` starts at something imported from a library."""
        scope = resolve(self.stack, name)
        return scope is None and name not in self.file.own

    def renames_attribute(self, node: cst.Attribute, attributes: frozenset[str]) -> bool:
        """Whether ``node.attr`` is an attribute of the set's own objects; in a configuration class it is a field."""
        if node.attr.value not in attributes or self._opaque():
            return False
        path = chain(node.value)
        if not path:
            return node.attr.value not in reserved.MEMBERS
        if any(map(reserved.is_foreign, path)):
            return False
        return path[0] == "super" or not self.is_library_root(path[0])

    def _own_name(self, name: str) -> bool:
        scope = resolve(self.stack, name)
        if scope is not None:
            return name not in scope.borrowed
        own = self.file.own.get(name)
        return own is not None and own in self.known.constructed and own not in self.known.configurations


class Survey(Scoped, cst.CSTVisitor):
    """Collects keywords of calls to libraries, words in strings, and attributes whose owner is not known.

    ``handed`` are words that a library gets and may take for names of attributes.
    """

    def __init__(self, known: Definitions, file: FileDefinitions) -> None:
        Scoped.__init__(self, known, file)
        cst.CSTVisitor.__init__(self)
        self.keywords: set[str] = set()
        self.strings: set[str] = set()
        self.handed: set[str] = set()
        self.ambiguous: set[str] = set()
        self.hooks: set[str] = set()
        self._about_paths = False

    def visit_Call(self, node: cst.Call) -> None:
        if not (self.is_own_call(node) or chain(node.func)[-1:] in _NAMING):
            self.keywords.update(arg.keyword.value for arg in node.args if arg.keyword)
            given = (part for arg in node.args for part in walk(arg))
            self.handed.update(word for part in given for word in _words(part))

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        self.strings.update(_words(node))
        self._visit_path(node.raw_value)

    def visit_FormattedStringText(self, node: cst.FormattedStringText) -> None:
        self._visit_path(node.value)

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> None:
        self._about_paths = is_about_paths(node)

    def leave_SimpleStatementLine(self, original_node: cst.SimpleStatementLine) -> None:
        self._about_paths = False

    def _visit_path(self, text: str) -> None:
        """Notes the parts of a text that may be a module path."""
        if "." in text and not re.search(r"\s", text) and not self._about_paths:
            self.handed.update(re.findall(r"[A-Za-z_]\w*", text))

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        if node.name.value in reserved.HOOKS - CALLS:
            self.hooks.update(parameter.name.value for parameter in node.params.params)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        name = node.attr.value
        unclear = name in reserved.MEMBERS and not self._directly_on_receiver(node)
        if unclear or any(map(reserved.is_answer, chain(node.value))):
            self.ambiguous.add(name)

    def _directly_on_receiver(self, node: cst.Attribute) -> bool:
        path = chain(node.value)
        if path and (any(map(reserved.is_foreign, path)) or self.is_library_root(path[0])):
            return True
        scope = resolve(self.stack, path[0]) if len(path) == 1 else None
        return scope is not None and scope.receiver == path[0]


def reserved_names(modules: Mapping[str, cst.Module], known: Definitions) -> tuple[frozenset[str], frozenset[str]]:
    """The names of parameters, and those of attributes, that must stay."""
    surveys = []
    for path, module in modules.items():
        survey = Survey(known, known.files[path])
        module.visit(survey)
        surveys.append(survey)
    kept = set(reserved.PARAMETERS).union(*(survey.keywords | survey.strings | survey.hooks for survey in surveys))
    ambiguous = (survey.ambiguous | survey.handed for survey in surveys)
    return frozenset(kept), frozenset[str]().union(*ambiguous)


def is_about_paths(statement: cst.SimpleStatementLine) -> bool:
    """Whether the strings of a statement are paths of modules."""
    return any(isinstance(part, cst.Name) and part.value in reserved.PATH_ATTRIBUTES for part in walk(statement))


def docstring_length(body: Sequence[cst.BaseStatement | cst.BaseSmallStatement]) -> int:
    """1 if the body starts with a docstring, else 0."""
    match body[0] if body else None:
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString())]):
            return 1
        case _:
            return 0


def _words(node: cst.CSTNode) -> Iterator[str]:
    """The text of a string that can name something."""
    if isinstance(node, cst.SimpleString) and isinstance(node.evaluated_value, str):
        yield from [node.evaluated_value] if node.evaluated_value.isidentifier() else ()


def _is_static(node: cst.FunctionDef | cst.Lambda) -> bool:
    return isinstance(node, cst.Lambda) or any("staticmethod" in chain(item.decorator) for item in node.decorators)
