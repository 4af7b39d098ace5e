"""The first step: the configuration's class is found and evaluated, with what was given for its fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from analyzer.interpret.building.progress import Progress
from analyzer.interpret.config import configuration, constructor_arguments, issues
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.runtime.frames import Frame
from analyzer.values import ClassValue, Instance, PyModule, Unknown


def configure(progress: Progress) -> None:
    """Make the configuration, describe its fields, and find what is wrong with those that were given."""
    entry = progress.request.entry
    if not entry.config_class or not entry.config_module:
        return
    progress.config = make_configuration(progress, {})
    overrides = configuration.nested(progress.request.overrides)
    progress.issues = tuple(issues.issues(progress.config, progress.given, overrides))
    progress.failure = "; ".join(issue.message for issue in progress.issues if issue.fatal)
    configuration.trace_origins(progress.config)
    progress.machine.fields.watch(progress.config)


def make_configuration(progress: Progress, assumed: Mapping[str, object]) -> Instance:
    """The configuration with ``assumed`` fields where nothing is given, described."""
    entry, machine = progress.request.entry, progress.machine
    cls = class_named(machine, entry.config_module or "", entry.config_class or "")
    with machine.fields.noting_assignments() as places:
        required = constructor_arguments.assumed(machine, cls, {**assumed, **progress.given})
        config = configuration.make_config(machine, cls, {**required, **assumed, **progress.given})
    overrides = configuration.nested(progress.request.overrides)
    progress.fields = configuration.describe(config, progress.request.config or {}, overrides, places)
    for name, found in progress.fields.items():
        if name.partition(".")[0] in required:  # One that is assumed to be an object has fields of its own.
            progress.fields[name] = replace(found, source="assumed")
    return config


def class_named(machine: Interpreter, module: str, name: str) -> ClassValue:
    """The class ``name`` of a module. Raises the program's ImportError where there is none."""
    machine.stack.frames.append(Frame(PyModule("", "", external=True), "<module>"))
    found = machine.import_name(module, name)
    machine.stack.frames.clear()
    if isinstance(found, ClassValue):
        return found
    reason = found.gap.explanation if isinstance(found, Unknown) else "the name is not a class"
    raise machine.error("ImportError", f"{module}.{name}: {reason}")
