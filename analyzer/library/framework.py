"""The description of a framework: everything the program has to know of it in order to read code written with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analyzer.graph import Dtype
from analyzer.library.inputs import InputConventions
from analyzer.library.operations.table import Operations
from analyzer.library.reserved import ReservedNames
from analyzer.names.model_library import ModelLibrary
from analyzer.names.naming import Naming
from analyzer.values import ClassValue, Native, Tensor, Value, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Qualified names of the framework's native classes, by what they are to the interpreter.

    ``context`` is a context manager and decorator that changes nothing (``torch.no_grad``). ``identity`` is a module
    that gives back what it is given, by the module it is imported from and its name.
    """

    module: str
    tensor: str
    parameter: str
    context: str
    identity: tuple[str, str]


def _no_classes(classes: Mapping[str, ClassValue]) -> dict[str, ClassValue]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Natives:
    """What a library provides natively, described in Python.

    ``names`` are values by qualified name and ``aliases`` other names of classes. ``classes`` makes a fresh set of
    classes, given those that exist already, since programs may change them. ``types`` are the classes of values that
    have no class of the program (element types, devices). ``providing`` are modules whose names are all operations.
    """

    names: Mapping[str, Value] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    classes: Callable[[Mapping[str, ClassValue]], dict[str, ClassValue]] = _no_classes
    types: Mapping[type, str] = field(default_factory=dict)
    providing: tuple[str, ...] = ()


def _no_target(name: str) -> str:
    return name


def _plain_text(dtype: Dtype) -> str:
    return dtype.value


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorInterface:
    """Tensors as objects of the program.

    ``attributes`` and ``methods`` need no operation; ``natives`` are methods that get the interpreter
    first. ``operations`` are attributes that are operations (``T``); any other method is the operation ``target``
    of its name. ``constants`` are attributes that are equal for all tensors. ``text`` shows an element type.
    """

    attributes: Mapping[str, Callable[[Tensor], object]] = field(default_factory=dict)
    methods: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    natives: Mapping[str, Callable[..., Value]] = field(default_factory=dict)
    operations: frozenset[str] = frozenset()
    constants: Mapping[str, Value] = field(default_factory=dict)
    target: Callable[[str], str] = _no_target
    text: Callable[[Dtype], str] = _plain_text

    def has(self, name: str) -> bool:
        """Whether an attribute or method is described otherwise than as an operation."""
        return any(name in known for known in (self.constants, self.attributes, self.methods, self.natives))


@dataclass(frozen=True, slots=True, kw_only=True)
class Declarations:
    """Names by which models declare something to the library that they belong to.

    ``initialise`` is the method that fills the parameters of one module; ``tied`` the class attribute that lists shared
    parameters; ``aliases`` the attribute of configuration classes with other names of fields. ``float32`` are
    class attributes that list parameters which stay in float32; those of ``strict_float32`` do so in bfloat16 too.
    ``internal`` are fields of configurations that no model computes with, ``common`` those that the configuration files
    of any model may have. ``documented`` is the module and the class that document arguments which many models share.
    ``published`` is the module and the function that give weights the names of published files: it is called with a
    model and its state dictionary.
    ``main_input`` is the attribute of models that names the input without which they are not called.
    ``weight_type`` are fields of configurations that state the element type of the weights.
    ``choosing`` are functions (by qualified name) that make a model of the class that a configuration stands for.
    """

    initialise: str = ""
    tied: str = ""
    aliases: str = ""
    float32: tuple[str, ...] = ()
    strict_float32: tuple[str, ...] = ()
    internal: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()
    documented: tuple[str, str] = ("", "")
    published: tuple[str, str] = ("", "")
    choosing: frozenset[str] = frozenset()
    weight_type: tuple[str, ...] = ()
    main_input: str = ""

    def field_aliases(self, config: ClassValue) -> Mapping[str, str]:
        """Other names of the fields of a configuration class, and the field behind each."""
        aliases = config.find(self.aliases) if self.aliases else None
        if not isinstance(aliases, dict):
            return {}
        return {str(plain(name)): str(plain(field)) for name, field in aliases.items()}


def _no_override(qualified: str) -> Native | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """A framework, or a library of models ``on`` one; a part that it does not have is left out.

    ``installed`` are the packages that a program finds beside it, with their versions. ``prelude`` is a folder with
    modules of the framework written in the analysed language. ``override`` gives the description that replaces a
    function of the library; where it has none, the function's source is interpreted.
    """

    name: str
    naming: Naming
    on: str = ""
    library: ModelLibrary | None = None
    installed: Mapping[str, str] = field(default_factory=dict)
    operations: Operations = field(default_factory=Operations)
    natives: Natives = field(default_factory=Natives)
    tensor: TensorInterface = field(default_factory=TensorInterface)
    roles: Roles | None = None
    prelude: Path | None = None
    override: Callable[[str], Native | None] = _no_override
    declarations: Declarations = field(default_factory=Declarations)
    inputs: InputConventions | None = None
    reserved: ReservedNames = field(default_factory=ReservedNames)
