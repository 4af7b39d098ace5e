"""The interpreter's answers about the program of a model that it has built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from analyzer.graph import BuiltModel, CallSizes, Drift, Dtype, ExtraInputs, FileScope
from analyzer.interpret.building.request import Request
from analyzer.interpret.config.source_names import SourceNames
from analyzer.interpret.inputs.making import axis_names
from analyzer.interpret.session import Session
from analyzer.library.inputs import BATCH
from analyzer.values import plain


@dataclass(frozen=True)
class InterpretedProgram:
    """The program of ``model``, which ``session`` built for ``request``; see ``analyzer.graph.Program``."""

    session: Session
    request: Request
    model: BuiltModel

    def mentions(self, name: str, scope: FileScope) -> bool:
        return self._names.mentions(name, scope)

    def drifts(self) -> tuple[Drift, ...]:
        return self.session.machine.program.drifting.classes(self.model.usage.files.classes)

    def called_with(
        self, extra: ExtraInputs, overrides: Mapping[str, object]
    ) -> tuple[BuiltModel, InterpretedProgram] | None:
        if extra not in self.model.extended_calls:
            return None
        call = self.model.extended_calls[extra]
        request = replace(
            self.request,
            overrides={**self.request.overrides, **overrides},
            inputs={name: (kind.value, shape) for name, (kind, shape) in call.tensors.items()},
            arguments={**call.constants, **self.request.arguments},
            initialise=False,
            padded=extra is ExtraInputs.MASKS,
        )
        model = self.session.rebuild(request)
        return model, InterpretedProgram(self.session, request, model)

    def generating(self, sizes: CallSizes) -> tuple[BuiltModel, InterpretedProgram] | None:
        if not self.model.inputs:
            return None
        names = axis_names(self.model.inputs, self.session.machine.platform.inputs.targets)
        request = replace(
            self.request,
            inputs={name: _resized(name, *spec, names, sizes) for name, spec in self.model.inputs.items()},
            arguments={**self.model.constants, **self.request.arguments},
            overrides={**_assumed(self.model), **self.request.overrides},
            axis_names=names,
            generating=sizes,
            initialise=False,
        )
        model = self.session.rebuild(request)
        return model, InterpretedProgram(self.session, request, model)

    @cached_property
    def _names(self) -> SourceNames:
        return SourceNames(self.session.workspace, self.model.usage.files)


def _assumed(model: BuiltModel) -> Mapping[str, object]:
    """The fields that had to be assumed for the model to be built and called."""
    return {name: plain(one.value) for name, one in model.config.items() if one.source == "assumed"}


def _resized(
    name: str, dtype: Dtype, shape: tuple[int, ...], names: Mapping[tuple[str, int], str], sizes: CallSizes
) -> tuple[str, tuple[int, ...]]:
    """One input of a usual call with as many rows and tokens as ``sizes`` says."""
    words = (names.get((name, axis)) for axis in range(len(shape)))
    return dtype.value, tuple(_size(size, word, sizes) for word, size in zip(words, shape, strict=True))


def _size(size: int, word: str | None, sizes: CallSizes) -> int:
    """Rows and tokens as ``sizes`` says; patches that stand one behind the other are as many as they are."""
    if word == "batch":
        return sizes.batch if size == BATCH else size
    return size if word is None else sizes.context
