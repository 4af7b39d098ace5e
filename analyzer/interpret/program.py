"""The interpreter's answers about the program of a model that it has built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from analyzer.graph import BuiltModel, Drift, ExtraInputs, FileScope
from analyzer.interpret.building.request import Request
from analyzer.interpret.config.source_names import SourceNames
from analyzer.interpret.session import Session


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

    @cached_property
    def _names(self) -> SourceNames:
        return SourceNames(self.session.workspace, self.model.usage.files)
