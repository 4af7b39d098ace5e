"""Interpretation: configuration, construction of modules, tracing of the forward call."""

from analyzer.interpret.build import Request, Session, build

__all__ = ["Request", "Session", "build"]
