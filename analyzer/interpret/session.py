"""Builds models of one source tree one after the other."""

from __future__ import annotations

import gc

from analyzer.base import collecting_rarely, deep
from analyzer.graph import BuiltModel
from analyzer.interpret.building.build import result, run_steps
from analyzer.interpret.building.progress import Progress
from analyzer.interpret.building.request import Request
from analyzer.interpret.config import configuration
from analyzer.interpret.machine import Machine
from analyzer.names import Workspace

COLLECT_AFTER = 100_000
BUILDS_PER_MACHINE = 16
"""Loading the library's own modules anew costs about one build."""


class Session:
    """Builds models of one workspace one after the other; loaded library modules are shared between them."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.machine = Machine(workspace)
        self._builds = 0
        self._recorded = 0
        """Operations recorded since the last collection."""

    def build(self, request: Request) -> BuiltModel:
        """Build and trace one model. Content that cannot be analysed ends in the result's status and gaps.

        Raises:
            InputError: the request itself is wrong (a field inside a field that is no configuration).
        """
        try:
            return self.rebuild(request)
        finally:
            self._forget()

    def rebuild(self, request: Request) -> BuiltModel:
        """Build a variant of the model that was built last: ``build``, but loaded modules are always kept."""
        given = configuration.merge(request.config or {}, configuration.nested(request.overrides))
        self.machine.begin()
        if self._recorded > COLLECT_AFTER:
            # Closures can hold the graphs of earlier models in circles, which only the collector finds.
            gc.collect()
            self._recorded = 0
        progress = Progress(self.machine, request, given)
        with deep(), collecting_rarely():
            try:
                run_steps(progress)
                return result(progress)
            finally:
                self._end()

    def _end(self) -> None:
        """Leave nothing of the model behind."""
        machine = self.machine
        machine.stack.abandon_generators()
        machine.trace.release_modules()
        self._recorded += len(machine.trace.ops)
        # What this model changed in the library or in its own modules is not there for the next one.
        machine.isolation.undo.restore()
        if machine.isolation.tainted:
            self.machine = Machine(self.workspace)

    def _forget(self) -> None:
        """Drop loaded modules from time to time, so that a long scan does not hold the whole tree."""
        self._builds += 1
        if self._builds % BUILDS_PER_MACHINE == 0:
            self.workspace.forget()
            self.machine = Machine(self.workspace)


def build(workspace: Workspace, request: Request) -> BuiltModel:
    """Build and trace one model; see ``Session.build``."""
    return Session(workspace).build(request)
