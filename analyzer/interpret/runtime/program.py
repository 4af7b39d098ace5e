"""The program as it is loaded: modules whose bodies have run, for this model or an earlier one."""

from __future__ import annotations

from analyzer.base import Span
from analyzer.interpret.runtime.trace import Gaps
from analyzer.names import Workspace
from analyzer.provenance import Drifting
from analyzer.values import PyModule, Value


class LoadedProgram:
    """Modules by dotted name, and what was met while they were loaded."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.drifting = Drifting(workspace.tree.root, workspace.layout, workspace.store)
        self.modules: dict[str, PyModule] = {}
        self.gaps: Gaps = {}
        """What was not understood while modules were loaded: it belongs to no model."""
        self.own_containers: dict[str, Value] = {}
        """This program's copies of the containers that libraries provide, by qualified name."""
        self.resolving: set[tuple[str, str | None]] = set()
        """Names that are being looked up, to notice imports in a circle."""

    def lines(self, span: Span) -> str:
        """The lines of the program that a place covers, empty if it is not loaded."""
        files = (module.file for module in self.modules.values() if module.path == span.path)
        lines: list[str] = next((file.text.splitlines() for file in files if file is not None), [])
        return "\n".join(lines[span.line - 1 : span.end_line]) if span.line else ""
