"""Modules, names, classes and the catalogue of models of a source tree."""

from analyzer.names.entries import Catalogue, ModelEntry
from analyzer.names.imports import Definition
from analyzer.names.modules import SourceModule
from analyzer.names.mro import InconsistentHierarchy, linearize
from analyzer.names.workspace import Workspace

__all__ = [
    "Catalogue",
    "Definition",
    "InconsistentHierarchy",
    "ModelEntry",
    "SourceModule",
    "Workspace",
    "linearize",
]
