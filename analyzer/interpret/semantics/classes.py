"""Definition of classes by the program, and how their instances come to be."""

from __future__ import annotations

from analyzer.base import Span
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.objects.reflection import as_mapping
from analyzer.interpret.runtime.frames import Frame
from analyzer.interpret.semantics.expressions import evaluate
from analyzer.names.mro import InconsistentHierarchy, linearize
from analyzer.sources import syntax
from analyzer.values import MISSING, ClassMethod, ClassValue, Function, Instance, Native, Opaque, Unknown, Value, plain

MOST_ANCESTORS = 200
"""Of one class; the deepest hierarchies of real models have about twenty."""


def define_class(machine: Interpreter, node: syntax.ClassDefinition, frame: Frame) -> ClassValue:
    """Run a class statement: bases, body, metaclass, ``__set_name__`` and ``__init_subclass__``."""
    bases, keywords = _class_arguments(machine, node, frame)
    outer = frame.locals.get("__qualname__") if frame.name == "<class>" else None
    qualified = f"{outer}.{node.name}" if outer else f"{frame.module.name}.{node.name}"
    namespace, functions = _class_body(machine, node, frame, qualified)
    annotations = namespace.pop("__annotations__", None)
    metaclass = keywords.pop("metaclass", None)
    cls = make_class(machine, node.name, qualified, bases, namespace)
    cls.node, cls.module = node, frame.module
    cls.annotations = annotations if isinstance(annotations, dict) else {}
    cls.span = machine.stack.span_of(frame.module, node.name_at, node.name_at + len(node.name))
    cls.metaclass = metaclass if isinstance(metaclass, ClassValue) else _inherited_metaclass(cls)
    for function in functions:
        function.owner = cls
    _initialise(machine, cls, keywords)
    return cls


def _class_arguments(
    machine: Interpreter, node: syntax.ClassDefinition, frame: Frame
) -> tuple[list[ClassValue], dict[str, Value]]:
    bases: list[ClassValue] = []
    keywords: dict[str, Value] = {}
    for argument in node.arguments:
        value = evaluate(machine, argument.value, frame)
        if argument.name is not None:
            keywords[argument.name] = value
        elif argument.stars == 1:
            bases.extend(base for base in machine.iterate(value) if isinstance(base, ClassValue))
        elif isinstance(value, ClassValue):
            bases.append(value)
        elif isinstance(value, Native):
            bases.extend(bases_of_native(machine, value))
        elif isinstance(value, Unknown):
            bases.append(unknown_base(machine, value))
        elif not isinstance(value, Opaque):
            machine.throw("TypeError", f"base of class {node.name!r} is not a class")
    return bases, keywords


def _class_body(
    machine: Interpreter, node: syntax.ClassDefinition, frame: Frame, qualified: str
) -> tuple[dict[str, Value], list[Function]]:
    body = Frame(frame.module, "<class>", frame if frame.name not in ("<module>", "<class>") else frame.parent)
    body.locals = {"__qualname__": qualified, "__module__": frame.module.name}
    machine.stack.frames.append(body)
    try:
        machine.execute(node.body, body)
    finally:
        machine.stack.frames.pop()
    namespace = dict(body.locals)
    namespace["__qualname__"] = node.name
    return namespace, body.defined


def make_class(
    machine: Interpreter, name: str, qualified: str, bases: list[ClassValue], namespace: dict[str, Value]
) -> ClassValue:
    """A class with its MRO; an inconsistent hierarchy raises the program's TypeError."""
    unique = tuple(dict.fromkeys(bases)) or (machine.classes["object"],)
    cls = ClassValue(name, qualified, unique, namespace)
    if max(len(base.mro) for base in unique) > MOST_ANCESTORS:
        machine.exhausted(f"a class with more than {MOST_ANCESTORS} ancestors")
    try:
        cls.mro = tuple(linearize(cls, lambda one: one.bases, {base: list(base.mro) for base in unique}))
    except InconsistentHierarchy as error:
        machine.throw("TypeError", str(error))
    for base in unique:
        base.subclasses.append(cls)
    return cls


def assigned_at(machine: Interpreter, cls: ClassValue, name: str) -> Span:
    """Where the body of ``cls`` assigns the attribute ``name``; the class itself where it does not."""
    if cls.node is None or cls.module is None:
        return cls.span
    for statement in cls.node.body:
        if isinstance(statement, syntax.Assign) and any(
            isinstance(target, syntax.Name) and target.id == name for target in statement.targets
        ):
            return machine.stack.span_of(cls.module, statement.at, statement.end)
    return cls.span


def class_of_parts(machine: Interpreter, name: Value, bases: Value, namespace: Value) -> ClassValue:
    """``type(name, bases, namespace)``."""
    found = [base for base in machine.iterate(bases) if isinstance(base, ClassValue)]
    text = str(plain(name))
    made = make_class(machine, text, text, found, dict(as_mapping(machine, namespace)))
    made.metaclass = next((base.metaclass for base in made.mro if base.metaclass is not None), None)
    frame = machine.stack.tree_frame()
    made.module = frame.module if frame is not None else None
    return made


def bases_of_native(machine: Interpreter, value: Native) -> list[ClassValue]:
    """The class that a native function of the same name stands for (``property``)."""
    found = machine.classes.get(value.name)
    return [found] if found is not None else []


def unknown_base(machine: Interpreter, value: Unknown) -> ClassValue:
    """A class about which nothing is known, for the bases of a class that is analysed all the same."""
    made = ClassValue("Unknown", value.gap.construct, (machine.classes["object"],), {})
    made.mro = (made, machine.classes["object"])
    return made


def _inherited_metaclass(cls: ClassValue) -> ClassValue | None:
    return next((base.metaclass for base in cls.mro[1:] if base.metaclass is not None), None)


def _initialise(machine: Interpreter, cls: ClassValue, keywords: dict[str, Value]) -> None:
    for name, value in list(cls.namespace.items()):
        if isinstance(value, Instance):
            method = value.cls.find("__set_name__")
            if method is not MISSING:
                machine.call(method, (value, cls, name))
    if cls.metaclass is not None:
        for name in ("__new__", "__init__"):
            method = cls.metaclass.find(name)
            if isinstance(method, Native) and method.name.startswith("enum."):
                machine.call(method, (cls,))
    for base in cls.mro[1:]:
        hook = base.namespace.get("__init_subclass__", MISSING)
        if hook is not MISSING:
            function = hook.function if isinstance(hook, ClassMethod) else hook
            machine.call(function, (cls,), keywords)
            break
