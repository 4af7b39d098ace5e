"""The abstract machine: the state of one interpretation and the operations that natives and evaluators share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NoReturn

from analyzer.base import Gap, GapCode, Span
from analyzer.graph import Dtype
from analyzer.interpret import (
    assignment,
    attributes,
    calls,
    classes,
    comparing,
    containers,
    expressions,
    imports,
    joining,
    operators,
    recorder,
    reflection,
    statements,
    texts,
)
from analyzer.interpret import tensors as tensor_rules
from analyzer.interpret.activity import Activity
from analyzer.interpret.frames import Frame, NoValue, Outcome, ProgramError
from analyzer.interpret.host_errors import HOST_ERRORS, rethrow
from analyzer.interpret.isolation import Shared
from analyzer.interpret.sharing import Sharing
from analyzer.library.natives import inspection, transformers
from analyzer.library.natives.catalogue import builtin_names, library_classes
from analyzer.names import Workspace
from analyzer.provenance import Drifting
from analyzer.sources import syntax
from analyzer.values import (
    MISSING,
    ClassValue,
    Function,
    Instance,
    LazyImport,
    ModuleInstance,
    Native,
    PyModule,
    Tensor,
    Unknown,
    Value,
)


class Machine(Activity):
    """One interpretation: modules loaded so far, the call stack, what is recorded and what was not understood."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self.drifting = Drifting(workspace.tree.root, workspace.store)
        self.classes = library_classes()
        self.builtins = builtin_names(self.classes)
        self.shared = Shared((*self.classes.values(), self.builtins))
        self.modules: dict[str, PyModule] = {}
        self.own_containers: dict[str, Value] = {}
        """This program's copies of the containers that libraries provide, by qualified name."""
        self.resolving: set[tuple[str, str | None]] = set()
        self.settings: dict[str, Value] = {}
        self.module_gaps: dict[tuple[str, str, Span], Gap] = {}
        self.usual_dtype = Dtype.FLOAT32
        """The type of new floating tensors that a program starts with."""
        self.reset()

    def reset(self) -> None:
        """Begin a new model: loaded modules stay, everything recorded goes."""
        super().reset()
        self.sharing = Sharing()
        self.absent: dict[tuple[ModuleInstance, str], str | None] = {}
        """Configuration fields that attributes with the value None got it from."""
        self.passed: dict[str, str] = {}
        """Configuration fields that keywords with the value None got it from, for the function about to run."""
        self.cut: list[Gap] = []
        """Why constructors of modules ended early."""
        self.resolving.clear()
        self.settings = {"default_dtype": self.usual_dtype}

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
            package = imports.skipped_import(frame.module, name)
            if package is not None and package.partition(".")[0] == "torch":
                return self.import_name(package, name)
            if package is not None:
                return self.unknown(GapCode.EXTERNAL_SOURCE, package, f"{package} is not installed beside the code")
            self.throw("NameError", f"name {name!r} is not defined")
        return value

    def has_module(self, name: str) -> bool:
        return self.workspace.module(name) is not None

    # --- modules ------------------------------------------------------------------------------------------------

    def load(self, name: str) -> PyModule | None:
        return imports.load(self, name)

    def import_name(self, module: str, name: str | None) -> Value:
        return imports.import_name(self, module, name)

    def resolve(self, value: Value) -> Value:
        return imports.resolve(self, value)

    def lines(self, span: Span) -> str:
        """The lines of the program that a place covers, empty if it is not loaded."""
        files = (module.file for module in self.modules.values() if module.path == span.path)
        lines: list[str] = next((file.text.splitlines() for file in files if file is not None), [])
        return "\n".join(lines[span.line - 1 : span.end_line]) if span.line else ""

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
        found = imports.find_name(self, module.name, name)
        own = not module.external and module.file is not None
        if own and (found is MISSING or isinstance(found, Unknown)):
            return MISSING
        if found is MISSING:
            found = imports.missing(self, module.name, name)
        module.namespace[name] = found
        return found

    # --- classes and functions ----------------------------------------------------------------------------------

    def define_class(self, node: syntax.ClassDefinition, frame: Frame) -> ClassValue:
        return classes.define_class(self, node, frame)

    def make_class(self, name: Value, bases: Value, namespace: Value) -> ClassValue:
        return classes.class_of_parts(self, name, bases, namespace)

    def class_special(self, cls: ClassValue, name: str) -> Value:
        return reflection.class_special(self, cls, name)

    def override(self, qualified_name: str) -> Native | None:
        """The description that replaces a function of the library, None where its source is interpreted."""
        return transformers.override(qualified_name)

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
        if isinstance(value, int | float | complex) and name in ("real", "imag"):
            return getattr(value, name)
        return tensor_rules.host_attribute(self, value, name)

    def get_item(self, value: Value, index: Value) -> Value:
        return containers.get_item(self, value, index)

    def set_item(self, value: Value, index: Value, new: Value) -> None:
        containers.set_item(self, value, index, new)

    def delete_item(self, value: Value, index: Value) -> None:
        containers.delete_item(self, value, index)

    def binary(self, operator: str, left: Value, right: Value) -> Value:
        return operators.binary(self, operator, left, right)

    def compare(self, operator: str, left: Value, right: Value) -> Value:
        return comparing.compare(self, operator, left, right)

    def truth(self, value: Value) -> bool | None:
        return containers.truth(self, value)

    def iterate(self, value: Value) -> Iterable[Value]:
        return containers.iterate(self, value)

    def as_mapping(self, value: Value) -> Mapping[str, Value]:
        return reflection.as_mapping(self, value)

    def type_of(self, value: Value) -> ClassValue:
        return reflection.type_of(self, value)

    def is_instance(self, value: Value, kinds: Value) -> bool | None:
        return reflection.is_instance(self, value, kinds)

    def text(self, value: Value) -> str:
        return texts.text(self, value)

    def represent(self, value: Value) -> str:
        return texts.represent(self, value)

    def format(self, value: Value, spec: str) -> Value:
        return texts.formatted(self, value, spec)

    # --- tensors ------------------------------------------------------------------------------------------------

    def emit(self, target: str, args: Sequence[Value], kwargs: Mapping[str, Value] | None = None) -> Value:
        """Infer and record the operation ``target``; arguments that it can not take raise the program's exception."""
        try:
            return recorder.emit(self, target, args, kwargs or {})
        except NoValue as reason:
            return self.unknown(reason.code, target, str(reason))
        except HOST_ERRORS as error:
            rethrow(self, error, target)

    def emit_unknown(self, target: str, values: Sequence[Value], gap: Gap | None = None) -> Unknown:
        return recorder.emit_unknown(self, target, values, gap)

    def emit_join(self, first: Tensor | None, second: Tensor | None) -> Tensor:
        return recorder.emit_join(self, first, second)

    def join_all(self, values: Sequence[Value], reason: Unknown) -> Value:
        return joining.join_all(self, values, reason)

    def join_results(self, alternatives: Sequence[tuple[Value, Unknown]], last: Value) -> Value:
        return joining.join_results(self, alternatives, last)

    def undecided(self, value: Value, construct: str) -> Unknown:
        """The unknown outcome of testing a value that depends on data."""
        if isinstance(value, Unknown):
            return value
        sources = (value,) if isinstance(value, Tensor) else ()
        return Unknown(self.data_dependent(construct), sources)

    def error(self, name: str, message: str = "") -> ProgramError:
        """The program's exception of a built-in class."""
        cls = self.classes.get(name) or self.classes["Exception"]
        value = Instance(cls)
        value.attributes["args"] = (message,)
        if self.handled:
            value.attributes["__context__"] = self.handled[-1].value
        return self.raised(value)

    def raised(self, value: Instance) -> ProgramError:
        """The program's exception ``value``, raised here."""
        if self.refuses:
            self.raising.setdefault(value, tuple(self.frames))
        return ProgramError(value, self.span())

    def throw(self, name: str, message: str = "") -> NoReturn:
        raise self.error(name, message)

    def caught(self, name: str, run: Callable[[], Value], otherwise: Value) -> Value:
        try:
            return run()
        except ProgramError as error:
            if error.name != name:
                raise
            return otherwise

    def stop(self, value: Value) -> NoReturn:
        """Raise the program's StopIteration with what a generator returned."""
        error = self.error("StopIteration")
        error.value.attributes["value"] = value
        raise error
