"""What every object, class, exception and generator of the program can do."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from analyzer.library.context import NativeContext
from analyzer.library.natives.hashing import stable_hash
from analyzer.values import ClassValue, Instance, Native, RecordInstance, StaticMethod, Value, plain

RECORD_HASH = "dataclass.__hash__"
"""The ``__hash__`` of dataclasses whose objects may be keys."""


def object_namespace() -> dict[str, Value]:
    """The members of ``object``."""

    def new(machine: NativeContext, cls: ClassValue, *args: Value, **kwargs: Value) -> Value:
        hashed = cls.find("__hash__")
        record = isinstance(hashed, Native) and hashed.name == RECORD_HASH
        return RecordInstance(cls) if record else Instance(cls)

    def init(machine: NativeContext, receiver: Value, *args: Value, **kwargs: Value) -> None:
        return None

    def init_subclass(machine: NativeContext, cls: ClassValue, **kwargs: Value) -> None:
        return None

    def set_attribute(machine: NativeContext, receiver: Value, name: str, value: Value) -> None:
        from_object(machine, receiver, name, value)

    def get_attribute(machine: NativeContext, receiver: Value, name: str) -> Value:
        return machine.plain_attribute(receiver, plain(name))

    def delete_attribute(machine: NativeContext, receiver: Value, name: str) -> None:
        if not isinstance(receiver, Instance):
            machine.throw("AttributeError", plain(name))
        machine.changed(receiver)
        receiver.attributes.pop(plain(name), None)

    def represent(machine: NativeContext, receiver: Value) -> str:
        return f"<{machine.type_of(receiver).name} object>"

    return {
        "__new__": StaticMethod(Native("object.__new__", new)),
        "__init__": Native("object.__init__", init),
        "__init_subclass__": Native("object.__init_subclass__", init_subclass),
        "__setattr__": Native("object.__setattr__", set_attribute),
        "__getattribute__": Native("object.__getattribute__", get_attribute),
        "__delattr__": Native("object.__delattr__", delete_attribute),
        "__repr__": Native("object.__repr__", represent),
        "__hash__": Native("object.__hash__", stable_hash),
    }


def from_object(machine: NativeContext, receiver: Value, name: str, value: Value) -> None:
    """``object.__setattr__``."""
    machine.set_plain_attribute(receiver, plain(name), value)


def _arguments(error: Instance) -> tuple[Value, ...]:
    """What an exception was made with; a program may have set something else."""
    args = error.attributes.get("args", ())
    return tuple(args) if isinstance(args, Iterable) else (args,)


def exception_namespace() -> dict[str, Value]:
    """The members of ``BaseException``: ``args``, and its text made of them."""

    def init(machine: NativeContext, receiver: Instance, *args: Value, **kwargs: Value) -> None:
        receiver.attributes["args"] = args

    def text(machine: NativeContext, receiver: Instance) -> str:
        args = _arguments(receiver)
        if len(args) == 1:
            keyed = receiver.cls.derives(machine.classes["KeyError"])
            return machine.represent(args[0]) if keyed else machine.text(args[0])
        return machine.text(args) if args else ""

    def represent(machine: NativeContext, receiver: Instance) -> str:
        return f"{receiver.cls.name}({', '.join(map(machine.represent, _arguments(receiver)))})"

    def with_traceback(machine: NativeContext, receiver: Instance, traceback: Value) -> Value:
        return receiver

    return {
        "__init__": Native("exception.__init__", init),
        "__str__": Native("exception.__str__", text),
        "__repr__": Native("exception.__repr__", represent),
        "__cause__": None,
        "__context__": None,
        "with_traceback": Native("exception.with_traceback", with_traceback),
    }


def type_namespace() -> dict[str, Value]:
    """The members of ``type``: how classes are called, made and compared."""

    def call(machine: NativeContext, cls: ClassValue, *args: Value, **kwargs: Value) -> Value:
        return machine.construct(cls, args, kwargs)

    def mro(machine: NativeContext, cls: ClassValue) -> Value:
        return list(cls.mro)

    def new(machine: NativeContext, cls: ClassValue, value: Value, *rest: Value, **kwargs: Value) -> Value:
        if not rest:
            return machine.type_of(value)
        made = machine.make_class(value, rest[0], rest[1])
        if cls.qualified_name != "type":
            made.metaclass = cls
        return made

    return {
        "__new__": StaticMethod(Native("type.__new__", new)),
        "__call__": Native("type.__call__", call),
        "mro": Native("type.mro", mro),
        "__init__": Native("type.__init__", lambda machine, cls, *args, **kwargs: None),
    }


def generator_namespace() -> dict[str, Value]:
    """The members of generators, by which the program runs them on."""

    def resumed(machine: NativeContext, run: Callable[[], Value]) -> Value:
        try:
            return run()
        except StopIteration as end:
            machine.stop(end.value)

    return {
        "__iter__": Native("generator.__iter__", lambda machine, generator: generator),
        "__next__": Native("generator.__next__", lambda machine, one: resumed(machine, lambda: next(one))),
        "send": Native("generator.send", lambda machine, one, value: resumed(machine, lambda: one.send(value))),
        "throw": Native("generator.throw", lambda machine, one, *error: resumed(machine, lambda: one.throw(*error))),
        "close": Native("generator.close", lambda machine, one: one.close()),
    }
