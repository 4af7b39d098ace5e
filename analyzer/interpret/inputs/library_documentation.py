"""What a program says of the arguments of ``forward`` without being run: annotations and documentation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from analyzer.interpret.inputs.documented import Documented, docstring, documented
from analyzer.interpret.interface import Interpreter
from analyzer.sources import syntax
from analyzer.values import ClassValue, Function, PyModule

_TENSOR = re.compile(r"\b(Long|Int|Bool|Float)?Tensor\b")
_SEQUENCE = re.compile(r"(typing\.)?(tuple|list|Tuple|List|Sequence)\[")


@dataclass(frozen=True, slots=True)
class ArgumentDescriptions:
    """What is written about the arguments: their annotations, and their documentation.

    ``documentation`` holds that of ``forward``, of the library, and of other functions of the same file, in this order.
    """

    annotations: Mapping[str, str]
    documentation: tuple[Mapping[str, Documented], ...]

    def everywhere(self, name: str) -> Iterator[Documented]:
        """All that is said of an argument, the nearest place first."""
        for said in self.documentation:
            found = said.get(name)
            if found is not None:
                yield found

    def own(self, name: str) -> bool:
        """Whether ``forward`` itself documents or annotates the argument."""
        return name in self.documentation[0] or name in self.annotations

    def annotation_words(self, name: str) -> set[str]:
        return set(re.findall(r"\w+", self.annotations.get(name, "")))

    def tensor(self, name: str) -> bool:
        """Whether the annotation names a tensor (alone, not within a container)."""
        text = self.annotations.get(name, "")
        alone = "[" not in text.replace("Optional[", "") and not self.annotation_words(name) & _PLAIN
        return _TENSOR.search(text) is not None and alone

    def may_be_tensor(self, name: str) -> bool:
        words = self.annotation_words(name)
        return not words or _TENSOR.search(self.annotations[name]) is not None or not words & _PLAIN

    def annotated_kind(self, name: str) -> str:
        found = _TENSOR.search(self.annotations.get(name, ""))
        return (found.group(1) or "").lower() if found else ""

    def sequence(self, name: str) -> bool:
        """Whether the annotation is a sequence of tensors."""
        return (
            _SEQUENCE.match(self.annotations.get(name, "")) is not None
            and _TENSOR.search(self.annotations[name]) is not None
        )


_PLAIN = {"bool", "int", "float", "str"}


def gather(
    machine: Interpreter, function: Function | None, parameters: Mapping[str, syntax.Parameter]
) -> ArgumentDescriptions:
    """Everything that is said of ``parameters``."""
    if function is None or function.module.file is None:
        return ArgumentDescriptions({}, ({},))
    text = function.module.file.text
    annotated = (p for p in parameters.values() if p.annotation is not None)
    annotations = {p.name: text[p.annotation.at : p.annotation.end] for p in annotated if p.annotation is not None}
    own = documented(docstring(function.node), parameters)
    return ArgumentDescriptions(annotations, (own, _shared(machine), _around(function.module, parameters)))


def _shared(machine: Interpreter) -> dict[str, Documented]:
    """What the analysed library documents once for all its models, as tables of texts by argument."""
    module, name = machine.platform.declarations.documented
    if not module or machine.program.workspace.module(module) is None:
        return {}
    found = machine.import_name(module, name)
    entries = found.namespace if isinstance(found, ClassValue) else {}
    shapes = {name: entry.get("shape") for name, entry in entries.items() if isinstance(entry, dict)}
    text = "\n\n".join(f"{name} ({shape}):" for name, shape in shapes.items() if isinstance(shape, str))
    return documented(text, shapes)


def _around(module: PyModule, names: Iterable[str]) -> dict[str, Documented]:
    """What other functions of the file say of arguments of the same names."""
    found: dict[str, Documented] = {}
    for text in _docstrings(module.source.syntax.body) if module.source is not None else ():
        for name, said in documented(text, names).items():
            if said.words is not None:
                found.setdefault(name, said)
    return found


def _docstrings(body: Iterable[syntax.Node]) -> Iterator[str]:
    for node in body:
        if isinstance(node, syntax.FunctionDefinition):
            yield docstring(node)
        elif isinstance(node, syntax.ClassDefinition):
            yield from _docstrings(node.body)
