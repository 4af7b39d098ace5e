"""Unknown findings for models, or for lists of layers, whose trace is incomplete: the traits that stay undecided."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from analyzer.facts.stacks.stacks import stacks, wildcard
from analyzer.graph import Op, OpKind
from analyzer.query import Query
from analyzer.report import Finding
from analyzer.rule.causes import cause_of, ended, not_followed
from analyzer.rule.findings import TextOf, finding
from analyzer.rule.rule import Evidence, Match, Rule, RuleKind, at, unknown


@dataclass(frozen=True, slots=True)
class _Unread:
    """Why ``module`` (a pattern, empty for the whole model) was not read to its end, and the place that shows it."""

    reason: str
    place: Evidence
    module: str = ""

    def match(self, trait: str) -> Match:
        return unknown(self.reason, self.place, module=self.module, trait=trait)


def undecided(query: Query, rules: Iterable[Rule], found: Iterable[Finding], text_of: TextOf) -> Iterator[Finding]:
    """Unknown findings for the traits of ``rules`` that ``found`` leaves open.

    If the trace stopped early, or returns an unknown result, these are all traits without a finding. In a list of
    modules that worked on unknown values, they are also the traits that were found in other stacks only.
    """
    places: dict[str, set[str]] = {}
    for item in found:
        places.setdefault(item.trait or "", set()).add(item.module)
    loss = _unended(query) or _unknown_result(query)
    lists = _unknown_lists(query)
    for rule in rules:
        for trait in rule.traits if rule.kind == RuleKind.TRAIT else ():
            said = places.get(trait, ())
            losses = [loss] if loss and not said else lists if not said or _of_stacks(query, said) else []
            yield from (finding(one.match(trait), rule, query, text_of) for one in losses)


def _of_stacks(query: Query, modules: Collection[str]) -> bool:
    """Whether any of ``modules`` lies in a stack."""
    starts = tuple(stack.pattern.removesuffix("*") for stack in query.facts(stacks) if stack.pattern)
    return any(module.startswith(starts) for module in modules)


def _unended(query: Query) -> _Unread | None:
    """What ended the trace early; None where the model returned something."""
    if query.graph.results:
        return None
    gap = ended(query.model)
    return None if gap is None else _Unread(not_followed(query.model), at("end of the trace", gap.span))


def _unknown_result(query: Query) -> _Unread | None:
    """The first operation that was not understood, where nothing that the model returns was (masks and indices aside).

    What is computed from an unknown result is unknown, so that no structure is recognised behind it.
    """
    returned = query.graph.results
    computed = [one for one in returned if one.source.outputs[one.output].dtype.is_floating]
    results = [one.source for one in computed or returned]
    if not results or any(op.kind is not OpKind.UNKNOWN for op in results):
        return None
    return _loss(query, results, "what the model returns was not understood")


def _unknown_lists(query: Query) -> list[_Unread]:
    """Lists of modules that all end in an operation that was not understood."""
    last = {above: op for op in query.ops() for above in query.tree.ancestors(op.module)}
    found: dict[str, _Unread] = {}
    for container in query.tree.lists():
        ends = [last.get(child) for child in query.tree.children(container)]
        unknown_ends = [op for op in ends if op is not None and op.kind is OpKind.UNKNOWN]
        if ends and len(unknown_ends) == len(ends):
            pattern = f"{wildcard(container)}.*"
            found.setdefault(pattern, _loss(query, unknown_ends, "what the layers read was not understood", pattern))
    return [loss for pattern, loss in found.items() if not pattern.startswith(tuple(found.keys() - {pattern}))]


def _loss(query: Query, ends: list[Op], what: str, module: str = "") -> _Unread:
    """The loss of ``ends``, by the first operation above them that was not understood."""
    steps = {step for end in ends for step in (end, *query.above(end))}
    first = min((step for step in steps if step.kind is OpKind.UNKNOWN), key=lambda step: step.index)
    return _Unread(f"{what}: {cause_of(query.model, first)}", at("not understood", first), module)
