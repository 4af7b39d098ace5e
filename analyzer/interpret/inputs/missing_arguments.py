"""Which arguments of the traced call, left out, a failure may be about.

A None carries no origin: the arguments that were left out are followed by the names that the functions on the way give
them, from call to call, to the expression that failed and the condition that it stands under.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from analyzer.interpret.runtime.frames import Frame
from analyzer.sources import syntax
from analyzer.values import Instance

Sources = Mapping[str, str]
"""By name of a variable with the value None (``name[0]``, ``name[key]`` in containers) the argument that it is."""


def blamed_arguments(frames: Sequence[Frame], call: syntax.Node) -> frozenset[str]:
    """The left out arguments of the function ``call`` that the innermost of ``frames`` failed about."""
    inside = list(itertools.dropwhile(lambda frame: frame.code is not call, frames))
    if not inside:
        return frozenset()
    sources: Sources = {name: name for name, value in inside[0].locals.items() if value is None}
    for frame, callee in itertools.pairwise(inside):
        sources = _bound(callee, frame, _with_copies(frame, sources))
    sources = _with_copies(inside[-1], sources)
    return frozenset(sources[name] for name in _failed_about(inside[-1]) if name in sources)


def _with_copies(frame: Frame, sources: Sources) -> Sources:
    """``sources`` and the variables that they were assigned to."""
    found = dict(sources)
    for node in _below(frame.code):
        match node:
            case syntax.Assign(_, _, (syntax.Name(_, _, name),), syntax.Name(_, _, source)) if source in found:
                if frame.locals.get(name, node) is None:
                    found[name] = found[source]
    return found


def _bound(callee: Frame, frame: Frame, sources: Sources) -> Sources:
    """What the parameters of ``callee``, which ``frame`` calls, are."""
    if not isinstance(frame.node, syntax.Call) or not isinstance(callee.code, _CODE):
        return {}
    positional, keywords = _given(frame.node, frame, sources)
    parameters = list(callee.code.parameters)
    if isinstance(callee.receiver, Instance) and not _gives_receiver(frame.node, frame, callee):
        parameters = parameters[1:]
    found: dict[str, str | None] = {}
    for parameter in parameters:
        match parameter.kind:
            case "args":
                found.update({f"{parameter.name}[{index}]": one for index, one in enumerate(positional)})
                positional = []
            case "kwargs":
                found.update({f"{parameter.name}[{name}]": one for name, one in keywords.items()})
            case _ if positional:
                found[parameter.name] = positional.pop(0)
            case _:
                found[parameter.name] = keywords.pop(parameter.name, None)
    return {name: source for name, source in found.items() if source is not None}


def _given(call: syntax.Call, frame: Frame, sources: Sources) -> tuple[list[str | None], dict[str, str | None]]:
    """What the arguments of a call are, by position and by keyword."""
    positional: list[str | None] = []
    keywords: dict[str, str | None] = {}
    for argument in call.arguments:
        name = argument.value.id if isinstance(argument.value, syntax.Name) else ""
        value = frame.locals.get(name)
        if argument.stars == 1 and isinstance(value, tuple | list):
            positional += [sources.get(f"{name}[{index}]") for index in range(len(value))]
        elif argument.stars == 2 and isinstance(value, dict):
            keywords.update({key: sources.get(f"{name}[{key}]") for key in value})
        elif argument.name is not None:
            keywords[argument.name] = sources.get(name)
        elif not argument.stars:
            positional.append(sources.get(name))
    return positional, keywords


def _gives_receiver(call: syntax.Call, frame: Frame, callee: Frame) -> bool:
    """Whether the first argument that is written is the object itself."""
    first = call.arguments[0].value if call.arguments else None
    if not isinstance(first, syntax.Name):
        return False
    value = frame.locals.get(first.id)
    given = value[0] if call.arguments[0].stars == 1 and isinstance(value, tuple) and value else value
    return given is callee.receiver


def _failed_about(frame: Frame) -> Iterator[str]:
    """Variables in the expression that failed, and in the innermost condition around it."""
    place = frame.node
    if place is None:
        return
    yield from _variables(place)
    around = [node for node in _below(frame.code) if isinstance(node, syntax.If) and node.at <= place.at < node.end]
    if around:
        yield from _variables(min(around, key=lambda node: node.end - node.at).test)


def _variables(root: syntax.Node) -> Iterator[str]:
    return (node.id for node in _below(root) if isinstance(node, syntax.Name))


def _below(root: object) -> Iterator[syntax.Node]:
    """``root`` and everything in it, in the order of the text."""
    match root:
        case tuple():
            for item in root:
                yield from _below(item)
        case syntax.Node():
            yield root
            for name in root.__struct_fields__[2:]:
                yield from _below(getattr(root, name))


_CODE = syntax.FunctionDefinition | syntax.Lambda
