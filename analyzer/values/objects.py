"""Objects of the analysed program.

Constants and containers are ordinary Python objects; what a program defines itself (classes, instances, functions,
modules) and what a library provides (natives) are the types below. ``Value`` is any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import dataclass, field
from typing import TypeAlias

from analyzer.base import NOWHERE, Gap, Span
from analyzer.graph import Setting
from analyzer.names import SourceModule
from analyzer.sources import syntax
from analyzer.sources.file import SourceFile
from analyzer.values.tensor import Tensor

Value: TypeAlias = object
"""A value of the analysed program. Every use has to tell first which kind it is: ``isinstance``, ``match``.

The kinds are a closed set, ``kinds.KINDS``:

- constants of Python: None, numbers, texts, bytes, ``...``, ``NotImplemented``; numbers and texts with an origin
  (``origin.TRACED``); element types (``Dtype``) and ``Device``;
- containers of Python: lists, tuples, dictionaries, sets, ranges, slices, those of ``collections`` and their views;
  NumPy arrays of numbers;
- ``Tensor``, an output of an operation;
- what the program defines: ``PyModule``, ``ClassValue``, ``Instance`` and its subclasses, ``Function``,
  ``BoundMethod``, ``Property``, ``StaticMethod``, ``ClassMethod``, ``Partial``, ``SuperProxy``, ``FieldSpec``;
- what a library provides: ``Native``, ``Opaque``, element types of NumPy;
- iterators: ``Walk`` of a library, ``Generator`` of the program;
- ``Unknown``, which was not understood; ``LazyImport``, which nobody has read; ``MISSING``, where nothing is.

The alias says ``object`` instead of their union, since a union of so many kinds that hold each other is more than a
type checker can take. To the reader of a value it is the same: neither has an attribute before its kind is known.
"""


class Missing:
    """The type of ``MISSING``: no value where None is one."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()


@dataclass(frozen=True, slots=True, eq=False)
class Unknown:
    """A value that was not understood, with the reason; ``sources`` are the tensors that it was made from."""

    gap: Gap
    sources: tuple[Tensor, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Opaque:
    """Something without influence on the model (a logger, a type): attributes and calls give opaques again."""

    name: str


@dataclass(slots=True, eq=False)
class PyModule:
    """A module of the analysed program or of a library: ``namespace`` fills as its body runs."""

    name: str
    path: str
    namespace: dict[str, Value] = field(default_factory=dict)
    source: SourceModule | None = None
    """The ``SourceModule`` that it was loaded from, None for one that a library describes."""
    is_package: bool = False
    external: bool = False
    executed: bool = False

    @property
    def file(self) -> SourceFile | None:
        """The file of its source, None without one."""
        return None if self.source is None else self.source.file

    def __repr__(self) -> str:
        return f"<module {self.name}>"


@dataclass(frozen=True, slots=True, eq=False)
class LazyImport:
    """A name bound by an import that nobody has read yet. ``name`` is None for ``import module``."""

    module: str
    name: str | None
    span: Span = NOWHERE


@dataclass(slots=True, eq=False)
class ClassValue:
    """A class: ``qualified_name`` is that of its definition (``transformers.activations.GELUActivation``).

    ``python_type`` is the Python type whose objects are its instances (``int``, ``dict``, exceptions, ``Tensor``);
    ``node`` is None for classes that a library provides.
    """

    name: str
    qualified_name: str
    bases: tuple[ClassValue, ...]
    namespace: dict[str, Value]
    mro: tuple[ClassValue, ...] = ()
    python_type: type | None = None
    metaclass: ClassValue | None = None
    module: PyModule | None = None
    node: syntax.ClassDefinition | None = None
    span: Span = NOWHERE
    annotations: dict[str, syntax.Expression] = field(default_factory=dict)
    lookup_cache: dict[str, Value] = field(default_factory=dict)
    subclasses: list[ClassValue] = field(default_factory=list)

    def find(self, name: str) -> Value:
        """The attribute ``name`` as found along the MRO, or ``MISSING``."""
        cached = self.lookup_cache.get(name)
        if cached is not None:
            return cached
        found: Value = MISSING
        for cls in self.mro:
            if name in cls.namespace:
                found = cls.namespace[name]
                break
        self.lookup_cache[name] = found
        return found

    def changed(self) -> None:
        """Forget what was found: the namespace of this class changed."""
        self.lookup_cache.clear()
        for subclass in self.subclasses:
            subclass.changed()

    def derives(self, other: ClassValue) -> bool:
        """Whether ``other`` is this class or one of its ancestors."""
        return other in self.mro

    def __repr__(self) -> str:
        return f"<class {self.qualified_name}>"


class Instance:
    """An object of a class that the program defines; ``native`` is the container or scalar it extends, if any."""

    __slots__ = ("attributes", "cls", "native")

    def __init__(self, cls: ClassValue, native: Value = MISSING) -> None:
        if type(cls) is not ClassValue:
            raise TypeError("the class of an object is not a class")  # the program called a ``__new__`` with it
        self.cls = cls
        self.attributes: dict[str, Value] = {}
        self.native = native

    def __repr__(self) -> str:
        return f"<{self.cls.name} object>"

    def __iter__(self) -> Iterator[Value]:
        if not isinstance(self.native, Iterable):
            raise TypeError(f"{self.cls.name!r} object is not iterable")
        return iter(self.native)

    def __len__(self) -> int:
        if not isinstance(self.native, Sized):
            raise TypeError(f"object of type {self.cls.name!r} has no len()")
        return len(self.native)

    def __bool__(self) -> bool:
        return True


class ScalarInstance(Instance):
    """An object of a class that extends a text, a number or a tuple: as a key it is what it extends."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return self is other or bool(self.native == (other.native if isinstance(other, ScalarInstance) else other))

    def __hash__(self) -> int:
        return hash(self.native)


@dataclass(slots=True, eq=False)
class FieldSpec:
    """What ``dataclasses.field(...)`` returns, and later one field of a class."""

    name: str
    default: Value
    default_factory: Value
    init: bool
    kw_only: bool
    metadata: Value
    repr: bool = True
    compare: bool = True
    type: Value = None


FIELDS = "__dataclass_fields__"
"""The attribute of a dataclass that holds its fields."""


class RecordInstance(Instance):
    """An object of a dataclass that can be a key: equal to others of its class with equal fields."""

    __slots__ = ()

    def compared(self) -> tuple[Value, ...]:
        """The fields that make it equal to others."""
        return compared_fields(self)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, RecordInstance) and self.cls is other.cls and self.compared() == other.compared()

    def __hash__(self) -> int:
        return hash(self.compared())


def dataclass_fields(cls: ClassValue) -> dict[str, FieldSpec]:
    """The fields of a dataclass by name; none for any other class."""
    found = cls.find(FIELDS)
    return found if isinstance(found, dict) else {}


def compared_fields(value: Instance) -> tuple[Value, ...]:
    """The fields that make an object of a dataclass equal to others."""
    return tuple(value.attributes.get(name) for name, field in dataclass_fields(value.cls).items() if field.compare)


class ModuleInstance(Instance):
    """An ``nn.Module``: parameters, buffers and submodules by name in registration order."""

    __slots__ = ("buffers", "created", "hooks", "modules", "non_persistent", "parameters", "pre_hooks", "settings")

    def __init__(self, cls: ClassValue, created: Span = NOWHERE) -> None:
        super().__init__(cls)
        self.parameters: dict[str, Tensor | None] = {}
        self.buffers: dict[str, Tensor | None] = {}
        self.modules: dict[str, ModuleInstance | None] = {}
        self.non_persistent: set[str] = set()
        self.hooks: dict[int, tuple[Value, bool]] = {}
        self.pre_hooks: dict[int, tuple[Value, bool]] = {}
        self.created = created
        self.settings: dict[str, Setting] = {}
        """How the attributes that are numbers were set, by name."""


@dataclass(slots=True, eq=False)
class Function:
    """A function or lambda with the scope it was defined in."""

    name: str
    qualified_name: str
    node: syntax.FunctionDefinition | syntax.Lambda
    module: PyModule
    scope: object
    """The frame that it was defined in, None where that has no names of its own (a module's)."""
    defaults: dict[str, Value]
    owner: ClassValue | None = None
    attributes: dict[str, Value] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<function {self.qualified_name}>"


@dataclass(frozen=True, slots=True, eq=False)
class BoundMethod:
    """``receiver.function``: a call passes the receiver first."""

    function: Value
    receiver: Value


@dataclass(frozen=True, slots=True, eq=False)
class Native:
    """A callable of a library, described in Python: ``call(machine, *args, **kwargs)``."""

    name: str
    call: Callable[..., Value]
    static: bool = False
    """Does not bind to the instance it is read from."""


@dataclass(frozen=True, slots=True, eq=False)
class Property:
    """``property``, or ``functools.cached_property`` where ``cached``."""

    getter: Value
    setter: Value = None
    deleter: Value = None
    cached: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class StaticMethod:
    """``staticmethod(function)``: reading it from an object gives the plain function."""

    function: Value


@dataclass(frozen=True, slots=True, eq=False)
class ClassMethod:
    """``classmethod(function)``: reading it from an object or class binds the class."""

    function: Value


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """``functools.partial(function, *args, **kwargs)``."""

    function: Value
    args: tuple[Value, ...]
    kwargs: dict[str, Value]


@dataclass(frozen=True, slots=True, eq=False)
class SuperProxy:
    """``super()``: lookup continues after ``after`` in the MRO of ``receiver``'s class."""

    after: ClassValue
    receiver: Value


@dataclass(frozen=True, slots=True)
class Device:
    """A device; tensors of the analysis live on ``cpu``."""

    type: str
    index: int | None = None

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"
