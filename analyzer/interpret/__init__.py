"""Interpretation: configuration, construction of modules, tracing of the forward call."""

from analyzer.interpret.building.request import CONFIGURED, Request
from analyzer.interpret.program import InterpretedProgram
from analyzer.interpret.session import Session, build
from analyzer.interpret.workspace import by_tree, open_workspace

__all__ = ["CONFIGURED", "InterpretedProgram", "Request", "Session", "build", "by_tree", "open_workspace"]
