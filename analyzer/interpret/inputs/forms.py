"""The form of one argument of the forward call: element type and shape, by convention, documentation or name."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.graph import Dtype
from analyzer.interpret.inputs.documented import Documented, Vocabulary
from analyzer.interpret.inputs.fields import Fields
from analyzer.interpret.inputs.library_documentation import ArgumentDescriptions
from analyzer.library.inputs import InputConventions, InputSpec, Signature
from analyzer.values import Value

COUNT = 4
"""Witness for a required argument that is a whole number."""


class InputForms:
    """What conventions, the documentation and the names of arguments say of the form of each."""

    def __init__(
        self, conventions: InputConventions, signature: Signature, fields: Fields, said: ArgumentDescriptions
    ) -> None:
        self._conventions = conventions
        self._signature = signature
        self._said = said
        self._vocabularies = {
            False: Vocabulary(fields),
            True: Vocabulary(fields, conventions.samples, channels=1, other=conventions.samples),
        }

    def described(self, name: str) -> bool:
        """Whether a convention or the documentation says what form an input has; never of one in a sequence."""
        return name in self._conventions.forms or any(said.words is not None for said in self._said.everywhere(name))

    def all_of(self, name: str) -> Iterator[InputSpec]:
        """Every form of an input that documentation or conventions know of."""
        for said in self._said.everywhere(name):
            shape = self.shape(name, said)
            if shape is not None:
                yield self._kind(name, said), shape
        unsaid = name not in self._conventions.forms and not any(self._said.everywhere(name))
        for form in self._conventions.alternatives.get("" if unsaid else name, ()):
            yield form(self._signature)

    def of(self, name: str, by_documentation: bool, sequences: bool = True) -> dict[str, InputSpec]:
        stated = self._stated(name) if by_documentation or name not in self._conventions.forms else None
        convention = self._conventions.forms.get(name)
        if stated is None and convention is not None:
            stated = convention(self._signature)
        if stated is None:
            located = self._located(name)
            known = self.of(located, by_documentation, sequences).values() if located else ()
            stated = next(iter(known), None) or self._guessed(name)
        return {f"{name}.0": stated} if sequences and self._said.sequence(name) else {name: stated}

    def _guessed(self, name: str) -> InputSpec:
        """Whole numbers where the annotation says so, else what the name suggests."""
        suggested = self._conventions.by_name(name, self._signature)
        whole = self._said.annotated_kind(name) in ("long", "int") and suggested[0].is_floating
        return self._conventions.undescribed("", self._signature) if whole else suggested

    def _located(self, name: str) -> str | None:
        """The argument whose positions ``name`` gives: ``image_embeddings`` for ``image_positional_embeddings``."""
        first, *rest = name.split("_")
        if not {"pos", "positional", "position"} & set(rest) or rest[-1] == "ids":
            return None
        others = (other for other in self._signature.names if other.startswith(f"{first}_") and other != name)
        return next(others, None)

    def _stated(self, name: str) -> InputSpec | None:
        """What the documentation says."""
        shapes = ((said, self.shape(name, said)) for said in self._said.everywhere(name))
        return next(((self._kind(name, said), shape) for said, shape in shapes if shape is not None), None)

    def shape(self, name: str, said: Documented) -> tuple[int, ...] | None:
        if said.words is None and said.like:
            stated = self._stated(said.like)
            return stated[1] if stated is not None else None
        return None if said.words is None else self._vocabularies[self._conventions.is_wave(name)].shape(said.words)

    def _kind(self, name: str, said: Documented) -> Dtype:
        return self._conventions.element_type(name, said.kind or self._said.annotated_kind(name))

    def constant(self, name: str) -> Value:
        words = self._said.annotation_words(name)
        return True if "bool" in words else COUNT if "int" in words else 1.0 if "float" in words else None
