"""Where the parts of the interpreter meet: each function of the evaluators that others call becomes a method."""

from __future__ import annotations

from analyzer.frameworks import PLATFORMS
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.memo.call_memo import CallMemo
from analyzer.interpret.memo.construction_memo import ConstructionMemo
from analyzer.interpret.objects import (
    assignment,
    attributes,
    comparisons,
    containers,
    modules,
    operators,
    reflection,
)
from analyzer.interpret.objects import text as texts
from analyzer.interpret.recording import emission
from analyzer.interpret.runtime.program import LoadedProgram
from analyzer.interpret.semantics import (
    calls,
    changes,
    classes,
    expressions,
    module_calls,
    raising,
    statements,
)
from analyzer.library.natives.builtins import builtin_names
from analyzer.library.natives.catalogue import library_classes
from analyzer.names import Workspace


class Machine(Interpreter):
    """One interpretation. Loaded modules stay from model to model; everything else begins anew with each."""

    def __init__(self, workspace: Workspace) -> None:
        platform = PLATFORMS[0]
        library = library_classes(platform.natives.parts)
        self.builtins = builtin_names(library)
        self.program = LoadedProgram(workspace)
        super().__init__(platform, library, (*library.values(), self.builtins))

    def begin(self) -> None:
        """Begin a new model: loaded modules stay, everything recorded goes."""
        super().begin()
        self.program.resolving.clear()
        self.construction_memo = ConstructionMemo()
        self.call_memo = CallMemo(self.trace)
        self.looked_up = {}

    evaluate = expressions.evaluate
    execute = statements.execute
    assign = statements.assign

    call = calls.call
    instantiate = calls.instantiate
    construct = calls.construct
    call_module = module_calls.call_module
    make_class = classes.class_of_parts
    has_module = modules.has_module
    import_name = modules.import_name

    get_attribute = attributes.get_attribute
    plain_attribute = attributes.required_plain_attribute
    set_attribute = assignment.set_attribute
    set_plain_attribute = assignment.set_plain_attribute
    delete_attribute = assignment.delete_attribute
    changed = changes.changed
    get_item = containers.get_item
    set_item = containers.set_item
    delete_item = containers.delete_item
    iterate = containers.iterate
    truth = containers.truth
    binary = operators.binary
    compare = comparisons.compare
    type_of = reflection.type_of
    is_instance = reflection.is_instance
    text = texts.text
    represent = texts.represent
    format = texts.formatted

    emit = emission.emit
    caught = raising.caught
    stop = raising.stop
