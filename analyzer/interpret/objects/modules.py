"""Loading of modules: bodies run once, imported names are looked up when they are first read."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from analyzer.base import GapCode, InputError, not_installed
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.runtime.exceptions import ProgramError
from analyzer.interpret.runtime.frames import Frame
from analyzer.interpret.runtime.trace import Trace
from analyzer.library.natives.stdlib import INERT
from analyzer.names import SourceModule
from analyzer.sources import syntax
from analyzer.sources.outline import ImportOutline
from analyzer.values import MISSING, LazyImport, Native, Opaque, PyModule, Unknown, Value

STANDARD = frozenset(sys.stdlib_module_names) | INERT
WRITTEN = frozenset({"contextlib", "packaging"})
"""Packages whose description is source code."""


def load(machine: Interpreter, name: str) -> PyModule | None:
    """The module ``name`` with its body run, None where there is neither source nor a description."""
    found = machine.program.modules.get(name)
    if found is not None:
        return found
    source = machine.program.workspace.module(name) if not _described(name) else None
    if source is None:
        if name in machine.platform.natives.prefixes or name in STANDARD:
            module = machine.program.modules[name] = PyModule(name, "", external=True, executed=True)
            machine.isolation.shared.add_module(module)
            return module
        return None
    if source.name != name and (one := load(machine, source.name)) is not None:
        machine.program.modules[name] = one  # One file is one module, though a script beside it would use another name.
        return one
    module = PyModule(name, source.file.path, source=source, is_package=source.is_package, external=source.external)
    module.namespace.update(
        {"__name__": name, "__file__": f"/{source.file.path}", "__package__": _package(module), "__spec__": None}
    )
    machine.program.modules[name] = module
    loaded = machine.program.own_containers.setdefault("sys.modules", {})
    if isinstance(loaded, dict):
        loaded[name] = module
    _run(machine, module, source)
    return module


def _described(name: str) -> bool:
    root = name.partition(".")[0]
    return root in STANDARD and root not in WRITTEN


def _package(module: PyModule) -> str:
    return module.name if module.is_package else module.name.rpartition(".")[0]


def _run(machine: Interpreter, module: PyModule, source: SourceModule) -> None:
    try:
        body = source.syntax.body
    except InputError as error:
        machine.unknown(GapCode.UNREADABLE_SOURCE, module.name, f"the file can not be read: {error}")
        module.executed = True
        return
    frame = Frame(module, "<module>")
    frame.locals = module.namespace
    # What a module does while it is loaded belongs to no model: it is neither recorded nor counted there.
    with machine.stack.only(frame), machine.recording_in(Trace(machine.program.gaps)):
        machine.isolation.loading.append(module.name)
        try:
            _execute_body(machine, body, frame)
        finally:
            machine.isolation.loading.pop()
            module.executed = True
            machine.isolation.shared.add_module(module)


def _execute_body(machine: Interpreter, body: Iterable[syntax.Statement], frame: Frame) -> None:
    """Run a module's body; a statement that raises is a gap, and the next one runs."""
    for statement in body:
        try:
            machine.execute((statement,), frame)
        except ProgramError as error:
            del machine.stack.frames[1:]
            machine.make_gap(GapCode.RAISED, error.name, f"module {frame.module.name}: {error.text}", error.span)


def import_name(machine: Interpreter, module: str, name: str | None) -> Value:
    """What ``from module import name`` gives; ``import module`` without a name."""
    if name is None:
        loaded = load(machine, module)
        return loaded if loaded is not None else missing(machine, module, None)
    found = find_name(machine, module, name)
    return missing(machine, module, name) if found is MISSING else found


def find_name(machine: Interpreter, module: str, name: str) -> Value:
    """The attribute ``name`` of a module, a submodule among them; ``MISSING`` where there is none."""
    qualified = f"{module}.{name}"
    described = native_name(machine, qualified)
    if described is not MISSING:
        return described
    override = machine.platform.override(qualified)
    if override is not None:
        return override
    found = _from_source(machine, module, name)
    if found is not MISSING:
        return found
    submodule = load(machine, qualified)
    if submodule is not None:
        return submodule
    target = machine.platform.operations.public_target(qualified)
    return MISSING if target is None else operation(target)


def native_name(machine: Interpreter, qualified: str) -> Value:
    """A name that the library describes, ``MISSING`` where it does not."""
    alias = machine.platform.natives.aliases.get(qualified)
    if alias is not None:
        return machine.classes[alias]
    if qualified in machine.classes:
        return machine.classes[qualified]
    found = machine.platform.natives.names.get(qualified, MISSING)
    if isinstance(found, dict | list):
        # What a program puts into ``sys.modules`` is its own affair.
        own = machine.program.own_containers.setdefault(qualified, found.copy())
        machine.isolation.shared.add((own,))
        return own
    return found


def operation(target: str) -> Native:
    """The callable of a tensor operation."""
    return Native(target, lambda machine, *args, **kwargs: machine.emit(target, args, kwargs), static=True)


def _from_source(machine: Interpreter, module: str, name: str) -> Value:
    definition = machine.program.workspace.resolve(module, name) if _is_lazy_package(machine, module) else None
    if definition is not None and definition.module != module:
        loaded = load(machine, definition.module)
        if loaded is not None:
            found = loaded.namespace.get(definition.name, MISSING)
            if found is not MISSING:
                return resolve(machine, found)
        if definition.node is None and (step := _imported_from(machine, module, name)) is not None:
            return import_name(machine, *step)
    loaded = load(machine, module)
    if loaded is None:
        return MISSING
    found = loaded.namespace.get(name, MISSING)
    if found is MISSING:
        return MISSING
    if isinstance(found, LazyImport) and (found.module, found.name) == (module, name):
        return MISSING
    return resolve(machine, found)


def _imported_from(machine: Interpreter, module: str, name: str) -> tuple[str, str] | None:
    """The module of the same package that ``module`` takes ``name`` from: it may bind the name in more than one way
    (to a package that is missing, or else to its own)."""
    source = machine.program.workspace.module(module)
    bound = source.outline.names.get(name) if source is not None else None
    if source is None or not isinstance(bound, ImportOutline) or not bound.name or not bound.level:
        return None
    return machine.program.workspace.absolute_from(source.package, bound.module, bound.level), bound.name


def resolve(machine: Interpreter, value: Value) -> Value:
    """The value behind a lazily imported name; a name that imports itself in a circle is unknown."""
    seen: set[tuple[str, str | None]] = set()
    while isinstance(value, LazyImport):
        key = (value.module, value.name)
        if key in seen or key in machine.program.resolving:
            return machine.unknown(GapCode.UNKNOWN_NAME, f"{value.module}.{value.name}", "imported in a circle")
        seen.add(key)
        machine.program.resolving.add(key)
        try:
            value = import_name(machine, value.module, value.name)
        finally:
            machine.program.resolving.discard(key)
    return value


def missing(machine: Interpreter, module: str, name: str | None) -> Value:
    """What stands for a name that nothing tells of."""
    root = module.partition(".")[0]
    shown = module if name is None else f"{module}.{name}"
    if root in STANDARD:
        return Opaque(shown)
    if unread := _unread(machine, module):
        return Unknown(machine.make_gap(GapCode.UNREADABLE_SOURCE, shown, f"the file can not be read: {unread}"))
    raised = _raised(machine, module)
    if raised:
        return Unknown(machine.make_gap(GapCode.UNKNOWN_NAME, shown, f"{module} does not define {name}: {raised}"))
    if root not in machine.platform.roots:
        return Unknown(machine.make_gap(GapCode.EXTERNAL_SOURCE, shown, not_installed(shown)))
    text = f"{shown} is not described and its source was not found"
    return Unknown(machine.make_gap(GapCode.UNKNOWN_LIBRARY, shown, text))


def _unread(machine: Interpreter, module: str) -> str:
    """Why the file of a module that was loaded cannot be understood; empty where it can, or where there is none."""
    loaded = machine.program.modules.get(module)
    if loaded is not None and loaded.source is not None:
        try:
            loaded.source.syntax  # noqa: B018 - it is read when it is asked for
        except InputError as error:
            return str(error)
    return ""


def _raised(machine: Interpreter, module: str) -> str:
    """What the body of a module that was run raised, if it did."""
    loaded = machine.program.modules.get(module)
    if loaded is None or loaded.file is None:
        return ""
    gaps = (gap for gap in machine.program.gaps.values() if gap.code is GapCode.RAISED)
    found = next((gap for gap in gaps if gap.span.path == loaded.file.path), None)
    return "" if found is None else f"{found.explanation} ({found.span})"


def require_module(machine: Interpreter, name: str) -> None:
    """Raise the program's ImportError where a guarded import names a package that is not there."""
    root = name.partition(".")[0]
    if root in STANDARD or root in machine.platform.installed or machine.stack.guards == 0:
        return
    known = machine.platform.natives.prefixes
    if name not in known and root not in known and machine.program.workspace.module(root) is None:
        machine.throw("ModuleNotFoundError", f"No module named {name!r}")


def require_name(machine: Interpreter, module: str, name: str) -> None:
    """``from module import name`` inside ``try``: a name that is not there raises ImportError."""
    if machine.stack.guards and isinstance(import_name(machine, module, name), Unknown):
        machine.throw("ImportError", f"cannot import name {name!r} from {module!r}")


def has_module(machine: Interpreter, name: str) -> bool:
    """Whether there is source for a dotted name."""
    return machine.program.workspace.module(name) is not None


def _is_lazy_package(machine: Interpreter, module: str) -> bool:
    """Whether names of the package are better resolved statically than by running its ``__init__``."""
    found = machine.program.workspace.module(module)
    if found is None or not found.is_package:
        return False
    return not found.external or module.partition(".")[0] in machine.program.workspace.libraries


def module_attribute(machine: Interpreter, module: PyModule, name: str) -> Value:
    """``module.name``; ``MISSING`` where a module of the tree has no such name."""
    value = module.namespace.get(name, MISSING)
    if type(value) is LazyImport and (value.module, value.name) != (module.name, name):
        value = module.namespace[name] = resolve(machine, value)
    if value is not MISSING and type(value) is not LazyImport:
        return value
    match name:
        case "__name__":
            return module.name
        case "__dict__":
            return module.namespace
    found = find_name(machine, module.name, name)
    own = not module.external and module.file is not None
    if own and (found is MISSING or isinstance(found, Unknown)):
        return MISSING
    if found is MISSING:
        found = missing(machine, module.name, name)
    module.namespace[name] = found
    return found


def global_name(machine: Interpreter, name: str, frame: Frame, node: syntax.Node) -> Value:
    """A name of the module or of ``builtins``."""
    namespace = frame.module.namespace
    value = namespace.get(name, MISSING)
    if type(value) is LazyImport:
        value = resolve(machine, value)
        namespace[name] = value
    if value is MISSING:
        value = machine.builtins.get(name, MISSING)
    if value is MISSING:
        frame.node = node
        package = skipped_import(frame.module, name)
        if package is not None and package.partition(".")[0] in machine.platform.installed:
            return import_name(machine, package, name)
        if package is not None:
            return machine.unknown(GapCode.EXTERNAL_SOURCE, package, not_installed(package))
        machine.throw("NameError", f"name {name!r} is not defined")
    return value


def absolute_module(machine: Interpreter, module: PyModule, name: str, level: int) -> str:
    """The dotted name behind ``from ..name import``; empty where it leads nowhere."""
    return machine.program.workspace.absolute_from(_package(module), name, level)


def star_names(machine: Interpreter, module: str) -> dict[str, Value]:
    """Names that ``from module import *`` binds."""
    loaded = load(machine, module)
    if loaded is None:
        return {}
    listed = loaded.namespace.get("__all__")
    if isinstance(listed, list | tuple):
        names = [str(name) for name in listed if isinstance(name, str)]
    else:
        names = [name for name in loaded.namespace if not name.startswith("_")]
    return {name: loaded.namespace.get(name, LazyImport(module, name)) for name in names}


def skipped_import(module: PyModule, name: str) -> str | None:
    """The package that ``module`` would import ``name`` from, where the condition around that import did not hold."""
    source = module.source
    body = source.syntax.body if source is not None else ()
    return next((package for bound, package in _conditional_imports(body) if bound == name), None)


def _conditional_imports(body: Iterable[syntax.Statement]) -> Iterator[tuple[str, str]]:
    for statement in body:
        match statement:
            case syntax.If():
                yield from _conditional_imports((*statement.body, *statement.otherwise))
            case syntax.Try():
                yield from _conditional_imports((*statement.body, *statement.otherwise))
            case syntax.Import():
                yield from ((n.alias or n.name.partition(".")[0], n.name) for n in statement.names)
            case syntax.ImportFrom() if statement.level == 0:
                yield from ((n.alias or n.name, statement.module) for n in statement.names)
