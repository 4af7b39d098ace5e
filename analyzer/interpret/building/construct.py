"""The second step: the model's class is instantiated, with assumptions where its defaults do not suffice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from analyzer.graph import ConfigField, Dtype
from analyzer.interpret.building.configure import class_named, make_configuration
from analyzer.interpret.building.progress import Progress
from analyzer.interpret.building.weight_type import weight_type
from analyzer.interpret.config import configuration, constructor_arguments, issues
from analyzer.interpret.config.assumptions import AssumedConfiguration
from analyzer.interpret.construction import module_tree, precision
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.runtime.exceptions import ProgramError
from analyzer.library.module_tree import PATH_BYTES, walk
from analyzer.values import ClassValue, Instance, ModuleInstance, Value


def construct(progress: Progress) -> None:
    """Make the module tree, and record its parameters and buffers."""
    machine, request = progress.machine, progress.request
    cls = class_named(machine, request.entry.module, request.entry.class_name)
    dtype = progress.dtype = weight_type(progress)
    with _new_tensors_in(machine, dtype):
        made = _made(progress, cls)
    if not isinstance(made, ModuleInstance):
        framework = machine.platform.framework.name
        raise machine.error("TypeError", f"{request.entry.class_name} is not a {framework} module")
    for _ in walk(made, duplicates=True):  # A shared module counts once for each path to it.
        machine.charge(1, PATH_BYTES)
    progress.model = made
    progress.unbuilt = module_tree.unbuilt(machine, made)
    machine.trace.paths = {module: path for path, module in walk(made)}
    if dtype is not None:
        keep = precision.kept_in_float32(machine, made, machine.platform.declarations.strict_float32)
        module_tree.cast_parameters(made, dtype, keep)
    module_tree.record_members(machine, made)
    module_tree.leave_training(machine, made)


@contextmanager
def _new_tensors_in(machine: Interpreter, dtype: Dtype | None) -> Iterator[None]:
    """A model that is loaded in another precision is constructed with that as the type of new tensors."""
    if dtype is not None:
        machine.usual_dtype = machine.settings["default_dtype"] = dtype
    try:
        yield
    finally:
        machine.usual_dtype = machine.settings["default_dtype"] = Dtype.FLOAT32


def _made(progress: Progress, cls: ClassValue) -> Value:
    if progress.config is None:
        return _from_arguments(progress, cls)
    strict = progress.request.has_whole_config
    if strict or constructor_arguments.names_configuration(cls):
        return _from_configuration(progress, cls, strict)
    config, fields = progress.config, progress.fields
    # That the only data class of a file is the configuration was a guess, to be given up if that does not fit.
    for attempt in (partial(_from_configuration, progress, cls, True), partial(_from_arguments, progress, cls)):
        try:
            return attempt()
        except ProgramError:
            progress.machine.begin()
            progress.config, progress.fields, progress.assuming = config, fields, None
    return _from_configuration(progress, cls, strict=False)


def _from_configuration(progress: Progress, cls: ClassValue, strict: bool) -> Value:
    if progress.assuming is None:
        progress.assuming = AssumedConfiguration(
            progress.machine, progress.config, partial(make_configuration, progress)
        )
    assuming = progress.assuming
    made = assuming.construct(cls, strict=strict)
    progress.config = assuming.config
    for one in assuming.made:
        progress.fields[one.name] = ConfigField(one.name, configuration.untraced(one.value), "assumed")
    return made


def _from_arguments(progress: Progress, cls: ClassValue) -> Value:
    """An object of a class that takes no configuration: its constructor's parameters are the fields."""
    machine = progress.machine
    progress.issues = tuple(issues.unknown_arguments(cls, progress.given, progress.request.overrides))
    if refused := [issue.message for issue in progress.issues if issue.fatal]:
        raise machine.error("TypeError", "; ".join(refused))
    made, found = constructor_arguments.instantiate(machine, cls, progress.given)
    progress.fields = {field.name: field for field in constructor_arguments.described(found)}
    progress.config, progress.assuming, progress.sizes = None, None, Instance(machine.classes["object"])
    progress.sizes.attributes.update(constructor_arguments.traced_arguments(found))
    return made
