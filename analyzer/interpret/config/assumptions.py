"""Default configurations that the class itself refuses: what has to be assumed so that the model can be analysed.

A class may declare a field without a usable default (``head_dim=None``, no prediction length). When construction
raises, the field to blame is the one that the program's message names, or the last one whose value was absent when it
was read. It gets a value that the program's own texts or the other configurations of the model have for it, else the
smallest consistent one. Each assumption is a gap, so the model is never taken for one that its defaults describe.
"""

from __future__ import annotations

from collections.abc import Callable

from analyzer.base import GapCode
from analyzer.interpret.config import configuration
from analyzer.interpret.config.assumption_candidates import Assumption, assumptions, at, configs_of, missed
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.objects.modules import module_attribute
from analyzer.interpret.runtime.exceptions import Abandoned, ProgramError
from analyzer.library.natives.inspection import parameters_of
from analyzer.sources import syntax
from analyzer.values import ClassValue, Instance, Value, plain

MOST = 12
"""Assumptions for one model."""
MOST_ROUNDS = 36
MOST_CALLS = 6
"""Calls that end early before nothing more is assumed for them."""


class AssumedConfiguration:
    """Construction of a model, again with one more assumption each time that its constructor raises.

    ``remake`` makes the configuration with fields given to its class, so that what it derives from them follows.
    """

    def __init__(self, machine: Interpreter, config: Instance | None, remake: Callable[[dict[str, object]], Instance]):
        self._machine = machine
        self._remake = remake
        self._rejected: set[tuple[str, ...]] = set()
        self.config = config
        self.made: list[Assumption] = []
        self._for_call: list[Assumption] = []
        self._ended = ""
        self._calls = self._rounds = 0
        self._built: list[Assumption] | None = None

    def construct(self, cls: ClassValue, *, strict: bool) -> Value:
        """An object of ``cls``. Raises the program's exception where no assumption helps, or, if strict, at once."""
        machine, last = self._machine, ""
        if self._built is not None:
            machine.begin()
            self._apply()
        while True:
            self._built = list(self.made)
            try:
                return machine.instantiate(cls, () if self.config is None else (self.config,), self._further(cls))
            except ProgramError as error:
                if strict or self.config is None or machine.partial.allowed:
                    raise
                if (said := f"{error.text} {error.span}") == last:
                    self._withdraw()
                else:
                    self._rejected.clear()
                last = said
                found = self._next(error)
                machine.begin()
                machine.partial.allowed = found is None
                self.made += [] if found is None else [found]
                self._apply()

    def heed(self, refusal: Abandoned) -> bool:
        """Assume what the call that ended with ``refusal`` lacks. Whether the object has to be made once more for it.

        What was assumed last is withdrawn if the call ends as it did before.
        """
        said = f"{refusal.message} {refusal.span}"
        if said == self._ended:
            self.reject()
        self._ended = said
        self._calls += 1
        if self.config is not None and self._calls <= MOST_CALLS and not self._machine.partial.allowed:
            candidates = missed(self._machine, configs_of(self.config), refusal)
            found = [one for one in candidates if (*one.path, one.field) not in self._rejected][:1]
            self.made, self._for_call = self.made + found, found
        return self.made != self._built

    def reject(self) -> None:
        """Withdraw what was assumed last for the call: it does not help, or the object that it leads to is another."""
        if self._for_call:
            self._withdraw()
        self._for_call, self._ended = [], ""

    def _further(self, cls: ClassValue) -> dict[str, Value]:
        return further_arguments(self._machine, cls) if self.config is not None else {}

    def _next(self, error: ProgramError) -> Assumption | None:
        assert self.config is not None
        self._rounds += 1
        if len(self.made) >= MOST or self._rounds > MOST_ROUNDS:
            return None
        candidates = assumptions(self._machine, configs_of(self.config), error)
        return next((one for one in candidates if (*one.path, one.field) not in self._rejected), None)

    def _withdraw(self) -> None:
        """The last assumption changed nothing."""
        if self.made:
            one = self.made.pop()
            self._rejected.add((*one.path, one.field))

    def _apply(self) -> None:
        """The configuration anew with everything that is assumed, each with its gap."""
        try:
            self.config = self._remake({one.field: one.value for one in self.made if not one.path})
        except ProgramError:
            self.config = self._remake({})
        for one in self.made:
            config = at(self.config, one.path)
            if plain(config.attributes.get(one.field)) != one.value:
                config.attributes[one.field] = one.value
            span, _ = configuration.definition(config.cls, one.field)
            self._machine.make_gap(GapCode.ASSUMED, one.name, one.explanation(), span)
        configuration.trace_origins(self.config)
        self._machine.fields.watch(self.config)


def further_arguments(machine: Interpreter, cls: ClassValue) -> dict[str, Value]:
    """Arguments that a part of a model takes besides its configuration: another one, the number of its layer."""
    made: dict[str, Value] = {}
    for parameter in parameters_of(cls)[1:]:
        if parameter.kind in ("args", "kwargs") or parameter.default is not None or parameter.annotation is None:
            continue
        if not isinstance(parameter.annotation, syntax.Name):
            continue
        if parameter.annotation.id == "int":
            made[parameter.name] = 0
        elif cls.module is not None:
            found = module_attribute(machine, cls.module, parameter.annotation.id)
            if isinstance(found, ClassValue):
                made[parameter.name] = machine.call(found)
    return made
