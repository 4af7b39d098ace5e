"""Replaces the names in a file, in one pass that knows the scopes around every name."""

# ruff: noqa: N802 - libcst calls these methods by the names of its nodes
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from analyzer.rule.renaming import reserved
from analyzer.rule.renaming.definitions import Definitions, FileDefinitions
from analyzer.rule.renaming.scopes import chain, parameters_of, resolve
from analyzer.rule.renaming.survey import Scoped, docstring_length, is_about_paths

_WORD = re.compile(r"(?<!\\)\b[A-Za-z_]\w*")
"""An identifier in a path or a pattern, not the letter of an escape."""
_DOCUMENTED = re.compile(r"(?<=\n)( *)(\w+)(?= \(| ?:)")
"""The name of a parameter where a docstring describes it: ``name (`type`): …``."""


class Fresh:
    """Makes new names that do not occur in the files, always the same one for the same old name."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken
        self._given: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        if name not in self._given:
            self._given[name] = self._next(name)
        return self._given[name]

    def _next(self, name: str) -> str:
        number = len(self._given)
        stem = "Q" if name.lstrip("_")[:1].isupper() else "q"
        while f"{stem}{number}z" in self._taken:
            stem += "q"
        return f"{stem}{number}z"


@dataclass(frozen=True, slots=True)
class RenamingPlan:
    """New names by old ones, for each sort of name. Local variables get theirs from ``fresh``."""

    known: Definitions
    globals: Mapping[str, str]
    attributes: Mapping[str, str]
    parameters: Mapping[str, str]
    fresh: Fresh


class _Names(Scoped, cst.CSTTransformer):
    """Replaces plain names and imported names."""

    def __init__(self, plan: RenamingPlan, file: FileDefinitions) -> None:
        Scoped.__init__(self, plan.known, file)
        cst.CSTTransformer.__init__(self)
        self.plan = plan

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return updated_node.with_changes(value=self._name(original_node.value))

    def _name(self, name: str) -> str:
        scope = resolve(self.stack, name)
        if scope is None:
            return self._global(name)
        if scope.opaque:
            return name
        if scope.is_class:
            return self.plan.attributes.get(name, name)
        return self._local(name)

    def _global(self, name: str) -> str:
        own = self.file.own.get(name)
        if own is None:
            return name
        return self.plan.globals.get(own, own) if own == name else name

    def _local(self, name: str) -> str:
        return name if reserved.is_dunder(name) else self.plan.parameters.get(name) or self.plan.fresh(name)

    def visit_Import(self, node: cst.Import) -> bool:
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        return False

    def leave_ImportFrom(self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom) -> cst.ImportFrom:
        if isinstance(updated_node.names, cst.ImportStar):
            return updated_node
        return updated_node.with_changes(names=[self._alias(alias) for alias in updated_node.names])

    def _alias(self, alias: cst.ImportAlias) -> cst.ImportAlias:
        bound = alias.asname.name.value if alias.asname and isinstance(alias.asname.name, cst.Name) else None
        name = alias.name.value
        own = self.file.own.get(bound or str(name))
        if own is None or own not in self.plan.globals:
            return alias
        return alias.with_changes(name=cst.Name(self.plan.globals[own]))


class Renaming(_Names):
    """Replaces all names in a file according to a plan."""

    def __init__(self, plan: RenamingPlan, file: FileDefinitions) -> None:
        super().__init__(plan, file)
        self._renamable = frozenset(plan.attributes)

    # -- attributes and keywords ----------------------------------------------------------------------------------

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        name = original_node.attr.value
        renamed = self.plan.attributes[name] if self.renames_attribute(original_node, self._renamable) else name
        return updated_node.with_changes(attr=cst.Name(renamed))

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        return updated_node.with_changes(keyword=original_node.keyword)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        called = chain(original_node.func)
        if called and (called[-1] in reserved.BY_STRING | reserved.REGISTERING):
            return updated_node.with_changes(args=self._by_string(original_node, updated_node))
        if self._opaque() or not self.is_own_call(original_node):
            return updated_node
        return updated_node.with_changes(args=[self._keyword(arg) for arg in updated_node.args])

    def _keyword(self, arg: cst.Arg) -> cst.Arg:
        if arg.keyword is None or arg.keyword.value not in self.plan.parameters:
            return arg
        return arg.with_changes(keyword=cst.Name(self.plan.parameters[arg.keyword.value]))

    def _by_string(self, original: cst.Call, updated: cst.Call) -> list[cst.Arg]:
        """The arguments of a call like ``getattr(x, "name")`` with the new name of the attribute."""
        position = 1 if chain(original.func)[-1] in reserved.BY_STRING else 0
        args = list(updated.args)
        receiver = chain(original.args[0].value) if position and original.args else ()
        if len(args) <= position or any(map(reserved.is_foreign, receiver)):
            return args
        literal = args[position].value
        if isinstance(literal, cst.SimpleString) and literal.evaluated_value in self.plan.attributes:
            args[position] = args[position].with_changes(value=self._string(literal))
        return args

    # -- strings ------------------------------------------------------------------------------------------------

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine:
        """Replaces parts of module paths in the strings of a statement that is about such paths."""
        if is_about_paths(original_node):
            return cst.ensure_type(updated_node.visit(_Paths(self.plan)), cst.SimpleStatementLine)
        return updated_node

    def leave_SimpleString(self, original_node: cst.SimpleString, updated_node: cst.SimpleString) -> cst.SimpleString:
        """Replaces class names in strings (``__all__``, annotations) and parameters in documentation."""
        value = original_node.evaluated_value
        if isinstance(value, str) and value in self.plan.known.classes and value in self.plan.globals:
            return updated_node.with_changes(value=repr(self.plan.globals[value]))
        names = self.plan.parameters
        documented = _DOCUMENTED.sub(lambda found: found[1] + names.get(found[2], found[2]), updated_node.value)
        return updated_node.with_changes(value=documented)

    def _string(self, literal: cst.SimpleString) -> cst.SimpleString:
        return literal.with_changes(value=repr(self.plan.attributes[str(literal.evaluated_value)]))

    # -- definitions --------------------------------------------------------------------------------------------

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        return updated_node.with_changes(name=cst.Name(self._name(original_node.name.value)))

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        scope = self.scope_of(original_node)
        body, names = updated_node.body, {name: name for name in scope.parameters}
        if not scope.opaque:
            kept = self._kept(original_node)
            body = self._with_aliases(body, kept)
            names = {name: name if name in kept else self._local(name) for name in scope.parameters}
        return updated_node.with_changes(
            name=cst.Name(self._name(original_node.name.value)),
            params=_with_names(original_node.params, updated_node.params, names),
            body=body,
        )

    def leave_Lambda(self, original_node: cst.Lambda, updated_node: cst.Lambda) -> cst.Lambda:
        scope = self.scope_of(original_node)
        names = {name: name if scope.opaque else self._local(name) for name in scope.parameters}
        return updated_node.with_changes(params=_with_names(original_node.params, updated_node.params, names))

    def _kept(self, node: cst.FunctionDef) -> list[str]:
        """The parameters that must keep their names for callers."""
        receiver = self.scope_of(node).receiver
        return [
            parameter.name.value
            for parameter in parameters_of(node)
            if not parameter.star and parameter.name.value != receiver and not self._is_free(parameter.name.value)
        ]

    def _is_free(self, name: str) -> bool:
        return reserved.is_dunder(name) or name in self.plan.parameters

    def _with_aliases(self, body: cst.BaseSuite, kept: Sequence[str]) -> cst.BaseSuite:
        """``body`` with an assignment of every parameter in ``kept`` to its new name, after the docstring."""
        if isinstance(body, cst.SimpleStatementSuite):
            body = cst.IndentedBlock([cst.SimpleStatementLine(body.body)])
        split = docstring_length(body.body)
        aliases = [cst.parse_statement(f"{self._local(name)} = {name}") for name in kept]
        return body.with_changes(body=[*body.body[:split], *aliases, *body.body[split:]])


class _Paths(cst.CSTTransformer):
    """Replaces the parts of dotted paths, and of patterns of them, in strings."""

    def __init__(self, plan: RenamingPlan) -> None:
        super().__init__()
        self._names = plan.attributes

    def leave_SimpleString(self, original_node: cst.SimpleString, updated_node: cst.SimpleString) -> cst.SimpleString:
        prefix, quote = original_node.prefix, original_node.quote
        return updated_node.with_changes(value=f"{prefix}{quote}{self._renamed(original_node.raw_value)}{quote}")

    def leave_FormattedStringText(
        self, original_node: cst.FormattedStringText, updated_node: cst.FormattedStringText
    ) -> cst.FormattedStringText:
        return updated_node.with_changes(value=self._renamed(original_node.value))

    def _renamed(self, text: str) -> str:
        return _WORD.sub(lambda found: self._names.get(found[0], found[0]), text)


def _with_names(original: cst.Parameters, updated: cst.Parameters, names: Mapping[str, str]) -> cst.Parameters:
    def renamed(before: cst.Param, after: cst.Param) -> cst.Param:
        return after.with_changes(name=cst.Name(names.get(before.name.value, before.name.value)))

    def all_renamed(before: Sequence[cst.Param], after: Sequence[cst.Param]) -> list[cst.Param]:
        return [renamed(old, new) for old, new in zip(before, after, strict=True)]

    star, starred = original.star_arg, updated.star_arg
    keywords, keyworded = original.star_kwarg, updated.star_kwarg
    return updated.with_changes(
        posonly_params=all_renamed(original.posonly_params, updated.posonly_params),
        params=all_renamed(original.params, updated.params),
        kwonly_params=all_renamed(original.kwonly_params, updated.kwonly_params),
        star_arg=renamed(star, starred) if isinstance(star, cst.Param) and isinstance(starred, cst.Param) else starred,
        star_kwarg=renamed(keywords, keyworded) if keywords and keyworded else keyworded,
    )
