"""The abstract machine: the state of one interpretation and the operations that natives and evaluators share."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn

from analyzer.base import NOWHERE, Gap, GapCode, Span
from analyzer.graph import Dtype
from analyzer.interpret import (
    assignment,
    attributes,
    calls,
    classes,
    containers,
    expressions,
    imports,
    joining,
    operators,
    recorder,
    statements,
)
from analyzer.interpret import tensors as tensor_rules
from analyzer.interpret.frames import BudgetExceeded, Frame, Outcome, ProgramError
from analyzer.interpret.recorder import Recorder
from analyzer.library.natives import inspection, transformers, types
from analyzer.library.natives.catalogue import builtin_names, library_classes
from analyzer.names import Workspace
from analyzer.sources import syntax
from analyzer.values import (
    MISSING,
    BoundMethod,
    ClassValue,
    Function,
    Instance,
    LazyImport,
    ModuleInstance,
    Native,
    Opaque,
    Partial,
    Property,
    PyModule,
    Tensor,
    Unknown,
    Value,
    plain,
)

MOST_STEPS = 12_000_000
MOST_SECONDS = 120.0


class Machine:
    """One interpretation: modules loaded so far, the call stack, what is recorded and what was not understood."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.classes = library_classes()
        self.builtins = builtin_names(self.classes)
        self.modules: dict[str, PyModule] = {}
        self.frames: list[Frame] = []
        self.handled: list[ProgramError] = []
        self.guards = 0
        self.resolving: set[tuple[str, str | None]] = set()
        self.settings: dict[str, Value] = {}
        self._spans: dict[tuple[str, int, int], Span] = {}
        self.module_gaps: dict[tuple[str, str, Span], Gap] = {}
        self.reset()

    def reset(self) -> None:
        """Begin a new model: loaded modules stay, everything recorded goes."""
        self.recorder = Recorder()
        self.gaps: dict[tuple[str, str, Span], Gap] = {}
        self.frames = []
        self.handled.clear()
        self.guards = 0
        self.resolving.clear()
        self.settings = {"default_dtype": Dtype.FLOAT32}
        self.steps = 0
        self.deadline = time.monotonic() + MOST_SECONDS

    # --- budget -------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Count one statement; the budget ends a run-away program."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise BudgetExceeded(f"more than {MOST_STEPS} statements")
        if not self.steps & 1023 and time.monotonic() > self.deadline:
            raise BudgetExceeded(f"more than {MOST_SECONDS:.0f} seconds")

    # --- syntax -------------------------------------------------------------------------------------------------

    def evaluate(self, node: syntax.Expression, frame: Frame) -> Value:
        return expressions.evaluate(self, node, frame)

    def execute(self, body: Iterable[syntax.Statement], frame: Frame) -> Outcome:
        return statements.execute(self, body, frame)

    def execute_module(self, body: Iterable[syntax.Statement], frame: Frame) -> None:
        """Run a module's body; a statement that raises is a gap, and the next one runs."""
        for statement in body:
            try:
                statements.execute(self, (statement,), frame)
            except ProgramError as error:
                del self.frames[1:]
                self.make_gap(GapCode.RAISED, error.name, f"module {frame.module.name}: {error.text}", error.span)

    def assign(self, target: syntax.Expression, value: Value, frame: Frame) -> None:
        statements.assign(self, target, value, frame)

    def global_name(self, name: str, frame: Frame, node: syntax.Node) -> Value:
        """A name of the module or of ``builtins``."""
        namespace = frame.module.namespace
        value = namespace.get(name, MISSING)
        if type(value) is LazyImport:
            value = self.resolve(value)
            namespace[name] = value
        if value is MISSING:
            value = self.builtins.get(name, MISSING)
        if value is MISSING:
            frame.node = node
            self.throw("NameError", f"name {name!r} is not defined")
        return value

    # --- modules ------------------------------------------------------------------------------------------------

    def load(self, name: str) -> PyModule | None:
        return imports.load(self, name)

    def import_name(self, module: str, name: str | None) -> Value:
        return imports.import_name(self, module, name)

    def resolve(self, value: Value) -> Value:
        return imports.resolve(self, value)

    def require_module(self, name: str) -> None:
        imports.require_module(self, name)

    def require_name(self, module: str, name: str) -> None:
        """``from module import name`` inside ``try``: a name that is not there raises ImportError."""
        if self.guards and isinstance(self.import_name(module, name), Unknown):
            self.throw("ImportError", f"cannot import name {name!r} from {module!r}")

    def absolute_module(self, module: PyModule, name: str, level: int) -> str:
        return imports.absolute_module(module, name, level)

    def star_names(self, module: str) -> dict[str, Value]:
        return imports.star_names(self, module)

    def is_lazy_package(self, module: str) -> bool:
        """Whether names of the package are better resolved statically than by running its ``__init__``."""
        found = self.workspace.module(module)
        if found is None or not found.is_package:
            return False
        return not found.external or module.partition(".")[0] == "transformers"

    def module_attribute(self, module: PyModule, name: str) -> Value:
        value = module.namespace.get(name, MISSING)
        if type(value) is LazyImport and (value.module, value.name) != (module.name, name):
            value = module.namespace[name] = self.resolve(value)
        if value is not MISSING and type(value) is not LazyImport:
            return value
        match name:
            case "__name__":
                return module.name
            case "__dict__":
                return module.namespace
        found = self.import_name(module.name, name)
        if isinstance(found, Unknown) and not module.external and module.file is not None:
            return MISSING
        module.namespace[name] = found
        return found

    # --- classes and functions ----------------------------------------------------------------------------------

    def define_class(self, node: syntax.ClassDefinition, frame: Frame) -> ClassValue:
        return classes.define_class(self, node, frame)

    def make_class(self, name: Value, bases: Value, namespace: Value) -> ClassValue:
        """``type(name, bases, namespace)``."""
        found = [base for base in self.iterate(bases) if isinstance(base, ClassValue)]
        text = str(plain(name))
        made = classes.make_class(self, text, text, found, dict(self.as_mapping(namespace)))
        made.metaclass = next((base.metaclass for base in made.mro if base.metaclass is not None), None)
        frame = self.tree_frame()
        made.module = frame.module if frame is not None else None
        return made

    def bases_of_native(self, value: Native) -> list[ClassValue]:
        """The class that a native function of the same name stands for (``property``)."""
        found = self.classes.get(value.name)
        return [found] if found is not None else []

    def unknown_base(self, value: Unknown) -> ClassValue:
        """A class about which nothing is known, for the bases of a class that is analysed all the same."""
        made = ClassValue("Unknown", value.gap.construct, (self.classes["object"],), {})
        made.mro = (made, self.classes["object"])
        return made

    def class_special(self, cls: ClassValue, name: str) -> Value:
        match name:
            case "__name__" | "__qualname__":
                return cls.name
            case "__module__":
                return cls.module.name if cls.module is not None else cls.qualified_name.rpartition(".")[0]
            case "__mro__":
                return cls.mro
            case "__bases__":
                return cls.bases
            case "__dict__":
                return cls.namespace
            case "__class__":
                return cls.metaclass or self.classes["type"]
            case "__annotations__":
                return {name: Opaque("annotation") for name in cls.annotations}
            case "__subclasses__":
                return Native("__subclasses__", lambda _: list(cls.subclasses))
            case "__doc__":
                return None
        found = self.classes["type"].find(name)
        return attributes.bind(self, found, cls, self.classes["type"], name) if found is not MISSING else MISSING

    def override(self, function: Function) -> Native | None:
        return transformers.override(function.qualified_name)

    def function_override(self, qualified_name: str) -> Native | None:
        return transformers.override(qualified_name)

    def class_override(self, cls: ClassValue) -> Native | None:
        return None

    def code_of(self, function: Function) -> Value:
        return inspection.code_of(self, function)

    def call(self, function: Value, args: Sequence[Value] = (), kwargs: Mapping[str, Value] | None = None) -> Value:
        return calls.call(self, function, args, kwargs or {})

    def instantiate(
        self, cls: ClassValue, args: Sequence[Value] = (), kwargs: Mapping[str, Value] | None = None
    ) -> Value:
        return calls.instantiate(self, cls, args, kwargs or {})

    def construct(self, cls: ClassValue, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value:
        return calls.construct(self, cls, args, kwargs)

    def call_module(self, module: ModuleInstance, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value:
        return tensor_rules.call_module(self, module, args, kwargs)

    # --- attributes, items, operators ---------------------------------------------------------------------------

    def get_attribute(self, value: Value, name: str, default: Value = MISSING) -> Value:
        return attributes.get_attribute(self, value, name, default)

    def set_attribute(self, value: Value, name: str, new: Value) -> None:
        assignment.set_attribute(self, value, name, new)

    def delete_attribute(self, value: Value, name: str) -> None:
        assignment.delete_attribute(self, value, name)

    def plain_attribute(self, value: Value, name: str) -> Value:
        """``object.__getattribute__``: raises the program's AttributeError for a missing attribute."""
        if not isinstance(value, Instance):
            return self.get_attribute(value, name)
        found = attributes.plain_attribute(self, value, name)
        if found is MISSING:
            self.throw("AttributeError", f"{value.cls.name!r} object has no attribute {name!r}")
        return found

    def set_plain_attribute(self, value: Value, name: str, new: Value) -> None:
        if isinstance(value, Instance):
            assignment.set_plain_attribute(self, value, name, new)
        else:
            self.set_attribute(value, name, new)

    def tensor_attribute(self, tensor: Tensor, name: str) -> Value:
        return tensor_rules.attribute(self, tensor, name)

    def is_tensor_attribute(self, tensor: Tensor, name: str) -> bool:
        return tensor_rules.is_attribute(tensor, name)

    def native_data(self, value: Value, name: str) -> Value:
        """Data attributes of native values that are part of their public interface."""
        if isinstance(value, Dtype):
            return tensor_rules.dtype_attribute(value, name)
        allowed = isinstance(value, tuple) and name in getattr(value, "_fields", ())
        if allowed or (isinstance(value, slice | range) and name in ("start", "stop", "step")):
            return getattr(value, name)
        if isinstance(value, complex) and name in ("real", "imag"):
            return getattr(value, name)
        return tensor_rules.host_attribute(self, value, name)

    def get_item(self, value: Value, index: Value) -> Value:
        return containers.get_item(self, value, index)

    def set_item(self, value: Value, index: Value, new: Value) -> None:
        containers.set_item(self, value, index, new)

    def binary(self, operator: str, left: Value, right: Value) -> Value:
        return operators.binary(self, operator, left, right)

    def compare(self, operator: str, left: Value, right: Value) -> Value:
        return operators.compare(self, operator, left, right)

    def truth(self, value: Value) -> bool | None:
        return containers.truth(self, value)

    def iterate(self, value: Value) -> Iterable[Value]:
        return containers.iterate(self, value)

    def as_mapping(self, value: Value) -> Mapping[str, Value]:
        """What ``**value`` passes on."""
        value = operators.unwrap(value)
        if isinstance(value, Unknown | Opaque):
            return {}
        if isinstance(value, dict):
            return {plain(key): item for key, item in value.items()}
        if isinstance(value, Instance) and value.cls.find("keys") is not MISSING:
            keys = list(self.iterate(self.call(self.get_attribute(value, "keys"))))
            return {plain(key): self.get_item(value, key) for key in keys}
        self.throw("TypeError", "argument after ** must be a mapping")

    def type_of(self, value: Value) -> ClassValue:
        match value:
            case Instance():
                return value.cls
            case Tensor():
                return self.classes["torch.nn.Parameter" if value.parameter else "torch.Tensor"]
            case ClassValue():
                return value.metaclass or self.classes["type"]
            case Function() | Native() | Partial():
                return self.classes["function"]
            case BoundMethod():
                return self.classes["method"]
            case PyModule():
                return self.classes["module"]
            case Property():
                return self.classes["property"]
            case _:
                return types.type_of(self.classes, value)

    def is_instance(self, value: Value, kinds: Value) -> bool | None:
        """``isinstance``; None where it is not known."""
        if isinstance(value, Unknown):
            return None
        if isinstance(kinds, tuple | list):
            decided = [self.is_instance(value, kind) for kind in kinds]
            return True if True in decided else None if None in decided else False
        if not isinstance(kinds, ClassValue):
            if isinstance(kinds, Native):
                kinds = self.classes.get(kinds.name, kinds)
            if not isinstance(kinds, ClassValue):
                return None if isinstance(kinds, Unknown) else False
        if kinds.qualified_name.startswith("collections.abc."):
            return self._is_abstract_instance(value, kinds)
        if isinstance(value, Tensor) and "buffer" in value.attributes and kinds.name == "Buffer":
            return True
        return self.type_of(value).derives(kinds)

    def _is_abstract_instance(self, value: Value, kind: ClassValue) -> bool:
        if isinstance(value, Instance) and value.native is MISSING:
            if kind.name == "Callable":
                return value.cls.find("__call__") is not MISSING
            return kind.name in ("Iterable", "Iterator") and value.cls.find("__iter__") is not MISSING
        if isinstance(value, Function | BoundMethod | Native | Partial | ClassValue):
            return kind.name == "Callable"
        return kind.python_type is not None and isinstance(operators.unwrap(value), kind.python_type)

    def text(self, value: Value) -> str:
        """``str(value)`` of the program."""
        if isinstance(value, Instance):
            method = value.cls.find("__str__")
            if method is not MISSING:
                found = self.call(method, (value,))
                return found if isinstance(found, str) else ""
            return self.text(value.native) if value.native is not MISSING else f"<{value.cls.name} object>"
        if isinstance(value, ClassValue):
            return f"<class '{value.qualified_name}'>"
        if isinstance(value, Dtype):
            return f"torch.{value.value}"
        if isinstance(value, Opaque | Unknown | Tensor | Function | PyModule):
            return "<...>"
        return str(plain(value))[:10_000]

    # --- tensors ------------------------------------------------------------------------------------------------

    def emit(self, target: str, args: Sequence[Value], kwargs: Mapping[str, Value] | None = None) -> Value:
        return recorder.emit(self, target, args, kwargs or {})

    def emit_unknown(self, target: str, values: Sequence[Value], gap: Gap | None = None) -> Unknown:
        return recorder.emit_unknown(self, target, values, gap)

    def emit_join(self, first: Tensor, second: Tensor) -> Tensor:
        return recorder.emit_join(self, first, second)

    def join_all(self, values: Sequence[Value]) -> Value:
        return joining.join_all(self, values)

    def undecided(self, value: Value, construct: str) -> Unknown:
        """The unknown outcome of testing a value that depends on data."""
        if isinstance(value, Unknown):
            return value
        sources = (value,) if isinstance(value, Tensor) else ()
        return Unknown(self.data_dependent(construct), sources)

    # --- places, gaps, errors -----------------------------------------------------------------------------------

    def frame(self) -> Frame | None:
        return self.frames[-1] if self.frames else None

    def tree_frame(self) -> Frame | None:
        """The innermost frame of code that belongs to the analysed tree, else the innermost of all."""
        for frame in reversed(self.frames):
            if not frame.module.external:
                return frame
        return self.frames[-1] if self.frames else None

    def place(self, frame: Frame | None) -> Span:
        """Where ``frame`` is."""
        if frame is None or frame.node is None or frame.module.file is None:
            return NOWHERE
        start, end = tensor_rules.extent(frame.node)
        return self.span_of(frame.module, start, end)

    def span_of(self, module: PyModule, start: int, end: int) -> Span:
        if module.file is None:
            return NOWHERE
        key = (module.name, start, end)
        span = self._spans.get(key)
        if span is None:
            span = self._spans[key] = module.file.span(start, end)
        return span

    def span(self) -> Span:
        return self.place(self.tree_frame())

    def stack(self) -> tuple[Span, ...]:
        """Where the calls around the current place were made, outermost first."""
        return tuple(self.place(frame) for frame in self.frames[:-1] if not frame.module.external)

    def make_gap(self, code: GapCode, construct: str, explanation: str = "", span: Span | None = None) -> Gap:
        """Record a gap at the current place (or ``span``), once a place."""
        span = self.span() if span is None else span
        gap = self.gaps.get((code, construct, span))
        if gap is None:
            gap = self.gaps[(code, construct, span)] = Gap(code, construct, span, explanation)
        return gap

    def note(self, gap: Gap) -> None:
        """Count a gap that was found elsewhere (while a module was loaded) where its value is used."""
        if gap.code is not GapCode.DATA_DEPENDENT:
            self.gaps.setdefault((gap.code, gap.construct, gap.span), gap)

    def data_dependent(self, construct: str) -> Gap:
        """The reason of a value that only the numbers in a tensor decide; not counted, as nothing was misunderstood."""
        return Gap(GapCode.DATA_DEPENDENT, construct, self.span(), "the value depends on the data of a tensor")

    def unknown(self, code: GapCode, construct: str, explanation: str = "", sources: Sequence[Tensor] = ()) -> Unknown:
        return Unknown(self.make_gap(code, construct, explanation), tuple(sources))

    def error(self, name: str, message: str = "") -> ProgramError:
        """The program's exception of a built-in class."""
        cls = self.classes.get(name) or self.classes["Exception"]
        value = Instance(cls)
        value.attributes["args"] = (message,)
        return ProgramError(value, self.span())

    def throw(self, name: str, message: str = "") -> NoReturn:
        raise self.error(name, message)
