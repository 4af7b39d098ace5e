"""Which arguments the analysed call is made with, and what to try when the program refuses them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from analyzer.graph import ExtraInputs
from analyzer.interpret.inputs.documented import documented
from analyzer.interpret.inputs.fields import Fields
from analyzer.interpret.inputs.forms import InputForms
from analyzer.interpret.inputs.library_documentation import gather
from analyzer.interpret.inputs.missing_arguments import blamed_arguments
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.runtime.frames import Frame
from analyzer.library.inputs import BATCH, InputSpec, Signature
from analyzer.library.natives.inspection import function_of, parameters_of
from analyzer.sources import syntax
from analyzer.values import Instance, ModuleInstance, Value, plain


@dataclass(frozen=True, slots=True)
class InputPlan:
    """The arguments of the analysed call: tensors by name with type and shape, and constants.

    ``name.0``, ``name.1`` … are the elements of one argument that is a sequence of tensors.
    """

    tensors: Mapping[str, InputSpec]
    constants: Mapping[str, Value] = field(default_factory=dict)
    settled: frozenset[tuple[str, int]] = frozenset()
    """Axes whose sizes the model fixes, as was learned."""

    @property
    def scalars(self) -> dict[str, bool | int | float | str]:
        """The constants that are numbers, words or switches."""
        found = {name: plain(value) for name, value in self.constants.items()}
        return {name: value for name, value in found.items() if isinstance(value, bool | int | float | str)}

    @property
    def key(self) -> object:
        """Equal for equal plans."""
        return tuple(self.tensors.items()), tuple(self.constants)

    def changed(self, name: str, spec: InputSpec) -> InputPlan:
        """This plan with another form of one input."""
        same = len(spec[1]) == len(self.tensors[name][1])
        settled = self.settled if same else frozenset(place for place in self.settled if place[0] != name)
        return InputPlan({**self.tensors, name: spec}, self.constants, settled)

    def single(self) -> InputPlan:
        """This plan for one item: images that are packed one behind the other have no batch."""
        tensors = {
            name: (kind, (1, *shape[1:]) if shape[:1] == (BATCH,) else shape)
            for name, (kind, shape) in self.tensors.items()
        }
        return InputPlan(tensors, self.constants, self.settled)

    def size(self, place: tuple[str, int]) -> int:
        """The size of one axis."""
        name, axis = place
        return self.tensors[name][1][axis]

    def resized(self, name: str, axis: int, size: int, settled: bool) -> InputPlan:
        """This plan with another size of one axis."""
        kind, shape = self.tensors[name]
        tensors = {**self.tensors, name: (kind, (*shape[:axis], size, *shape[axis + 1 :]))}
        return InputPlan(tensors, self.constants, self.settled | {(name, axis)} if settled else self.settled)


class Planner:
    """Knows the signature of ``forward``, its documentation and the configuration of one model."""

    def __init__(self, machine: Interpreter, model: ModuleInstance, config: Instance | None) -> None:
        self._conventions = machine.platform.inputs
        self.to_sizes = machine.platform.operations.to_sizes
        """Operations that arrange the elements of a tensor in the given sizes."""
        forward = machine.get_attribute(model, machine.platform.call)
        self._all = parameters_of(forward)
        self._function = function_of(forward)
        self._takes_more = any(p.kind == "kwargs" for p in self._all)
        self._parameters = {p.name: p for p in self._all if p.kind not in ("args", "kwargs")}
        self._fields = Fields(config, machine.platform.declarations)
        self._signature = Signature(self._parameters.keys(), self._fields)
        self._said = gather(machine, self._function, self._parameters)
        self.forms = InputForms(self._conventions, self._signature, self._fields, self._said)
        main = plain(machine.get_attribute(model, machine.platform.declarations.main_input, None))
        self._main = main if isinstance(main, str) and main in self._parameters else None

    def defined(self) -> bool:
        """Whether the program defines a forward call."""
        return self._function is not None

    def takes_nothing(self) -> bool:
        """Whether the program defines a forward call without arguments."""
        return self._function is not None and not self._all

    def takes(self, name: str) -> bool:
        """Whether the forward call has an argument of this name."""
        return name in self._parameters

    def first(self) -> InputPlan:
        """What is required and the main input, in the form that processors give them."""
        return self._plan(self._chosen(), by_documentation=False)

    def others(self, message: str) -> Iterator[InputPlan]:
        """Other readings, for a program that refused the first one with ``message``.

        The shape that the message asks for; those that the documentation states; then with the optional inputs of
        other modalities; then with all optional tensors; then without a cache.
        """
        names = self._chosen()
        yield from self._told(names, message)
        further = [name for name in self._conventions.optional if name in self._parameters]
        tensors = (name for name in self._parameters if self._said.tensor(name) or self._said.sequence(name))
        optional = [name for name in tensors if not self._conventions.is_redundant(name)]
        for chosen in (names, [*names, *further], [*names, *optional], [*names, *optional, *self._unsaid()]):
            for by_documentation in (False, True):
                yield self._plan(chosen, by_documentation)
        yield self._plan(names, by_documentation=True, sequences=False)
        yield self._plan([*names, *optional], by_documentation=False).single()
        for other in self._conventions.main:
            if other in self._parameters and other not in names:
                rest = (name for name in names if name not in self._conventions.main)
                yield self._plan([other, *rest], by_documentation=False)
        caching = self._conventions.caching
        if caching in self._parameters or (self._fields.flag(caching) and self._takes_more):
            plan = self._plan(names, by_documentation=False)
            yield InputPlan(plan.tensors, {**plan.constants, caching: False})

    def blamed_arguments(self, frames: Sequence[Frame]) -> frozenset[str]:
        """The arguments, left out, that a failure in the innermost of ``frames`` may be about."""
        return frozenset() if self._function is None or not frames else blamed_arguments(frames, self._function.node)

    def with_one_of(self, plan: InputPlan, *names: frozenset[str]) -> Iterator[InputPlan]:
        """``plan`` with one more input, a tensor or a whole number, of those that the first of ``names`` has first."""
        for name in dict.fromkeys(name for some in names for name in self._parameters if name in some):
            if name in plan.tensors or name in plan.constants:
                continue
            if self._said.may_be_tensor(name):
                added = self.forms.of(name, by_documentation=False)
                yield InputPlan({**plan.tensors, **added}, plan.constants, plan.settled)
            elif type(number := self.forms.constant(name)) is int:
                yield InputPlan(plan.tensors, {**plan.constants, name: number}, plan.settled)

    def extended(self, plan: InputPlan, extra: ExtraInputs) -> InputPlan | None:
        """``plan`` with ``extra`` inputs added; None if ``forward`` takes no such inputs."""
        besides = self._conventions.extra_inputs.get(extra, ())
        names = [name for name in besides if name in self._parameters and name not in plan.tensors]
        if not names:
            return None
        forms = {name: self._like_tokens(name, plan) for name in names}
        caching = self._conventions.caching
        caches = extra is ExtraInputs.POSITIONS and (caching in self._parameters or self._takes_more)
        constants = {**plan.constants, caching: False} if caches else plan.constants
        return InputPlan({**plan.tensors, **forms}, constants, plan.settled)

    def value(self, path: str) -> Value:
        """The configuration's value at a dotted path (``config.text_config.hidden_size``), None if there is none."""
        return self._fields.at(path)

    def _unsaid(self) -> list[str]:
        """Optional arguments that nothing is said of, None by default."""
        absent = (name for name, p in self._parameters.items() if _is_none(p.default) and p.annotation is None)
        known = self._conventions
        return [name for name in absent if not (known.is_redundant(name) or known.is_switch(name))]

    def _like_tokens(self, name: str, plan: InputPlan) -> InputSpec:
        """The form of an input that says more of the tokens which ``plan`` gives: as many rows, as long."""
        form, tokens = self._conventions.forms[name](self._signature), plan.tensors.get(self._conventions.tokens(name))
        return form if tokens is None else (form[0], tokens[1])

    def _told(self, names: list[str], message: str) -> Iterator[InputPlan]:
        """The main input in the shape that the program's message asks for."""
        asked = documented(f"{names[0]}: {message}", names[:1]).get(names[0]) if names else None
        shape = self.forms.shape(names[0], asked) if asked is not None else None
        plan = self._plan(names, by_documentation=False)
        if shape is not None and names[0] in plan.tensors:
            yield plan.changed(names[0], (plan.tensors[names[0]][0], shape))

    def _chosen(self) -> list[str]:
        required = [name for name, p in self._parameters.items() if p.default is None]
        chosen = [name for name in required if self._said.may_be_tensor(name)]
        usual = any(name in self._conventions.main for name in self._parameters)
        if self._main is not None and (self._main in self._conventions.forms or not (chosen or usual)):
            chosen.append(self._main)
        if not any(name in self._conventions.forms for name in chosen):
            chosen += [name for name in self._conventions.main if name in self._parameters][:1]
        chosen += self._conventions.companions(chosen, self._main, self._signature)
        first = (name for name in self._parameters if self._said.tensor(name))
        return list(dict.fromkeys(chosen)) or list(itertools.islice(first, 1))

    def _plan(self, names: Iterable[str], by_documentation: bool, sequences: bool = True) -> InputPlan:
        tensors: dict[str, InputSpec] = {}
        for name in dict.fromkeys(names):
            tensors.update(self.forms.of(name, by_documentation, sequences))
        tensors |= self._conventions.adjusted(tensors, self._signature, by_documentation)
        if not any(name in self._conventions.forms or self._said.own(name) for name in tensors):
            tensors = {name: self._conventions.undescribed(name, self._signature) for name in tensors}
        required = (name for name, p in self._parameters.items() if p.default is None and name not in tensors)
        constants = {name: self.forms.constant(name) for name in required if f"{name}.0" not in tensors}
        return InputPlan(tensors, constants)


def _is_none(node: syntax.Expression | None) -> bool:
    return isinstance(node, syntax.Literal) and node.value is None
