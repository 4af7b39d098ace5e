"""Experts: how many, how many for one token, how many for every token, in which layers.

*Why it matters*: total and active parameters, and the layout of the expert weights, follow from these.
"""

from collections.abc import Iterable, Sequence

from analyzer.rule import (
    FeedForward,
    Match,
    Query,
    Router,
    Rule,
    absent,
    at,
    experts_example,
    expression_of,
    joint,
    layers_with,
    main_stacks,
    model_example,
    per_stack,
    routed_experts,
    routers,
    shared_count,
    shared_experts,
    trace_cut,
    unknown,
    unrecognised_choice,
    with_conditions,
)


def check(query: Query) -> Iterable[Match]:
    yield from per_stack(query, [match for one in query.facts(routers) for match in _expert_traits(query, one)])
    yield from _layers(query)


def _expert_traits(query: Query, router: Router) -> Iterable[Match]:
    module = router.module
    logits, choice = at("router", router.projection.op, router.experts), at("choice", router.choice, router.top_k)
    yield Match(router.experts, (logits, choice), module=module, trait="moe.experts")
    yield Match(router.top_k, (choice,), module=module, trait="moe.top_k")
    shared, routed = shared_experts(query, router), routed_experts(query, router)
    count = sum(shared_count(one, routed[0]) for one in shared) if routed else len(shared)
    places = [at("shared expert", one.down.op, *_widths(one, routed)) for one in shared] or [logits]
    joints = [joint(query, one, routed[-1]) for one in shared] if routed else []
    places += [at("sum with the routed experts", op) for op in joints if op is not None]
    yield Match(count, tuple(places), module=module, trait="moe.shared_experts")


def _layers(query: Query) -> Iterable[Match]:
    for stack in query.get(main_stacks):
        numbers = layers_with(stack, [one.module for one in query.facts(routers)])
        if not numbers and (choice := unrecognised_choice(query, stack)) is not None:
            reason = "something is chosen by a score, and that was not recognised as a router"
            yield unknown(reason, at("not recognised", choice), module=stack.pattern)
        elif not numbers:
            yield absent(query, stack, 0)
        else:
            place = at("choice", query.facts(routers)[0].choice)
            if trace_cut(query.model):
                yield unknown("the trace ended before the last layer", place, module=stack.pattern, trait="moe.layers")
            else:
                match = Match(list(numbers), (place,), module=stack.pattern, trait="moe.layers")
                yield from with_conditions(query, [match], {"moe.layers": "sparse"})


def _widths(shared: FeedForward, routed: Sequence[FeedForward]) -> tuple[int, ...]:
    """The width of a shared part where the code makes it of another value than that of the routed ones."""
    return (shared.width,) if not routed or expression_of(shared.width) != expression_of(routed[0].width) else ()


_TRAITS = ("moe.experts", "moe.top_k", "moe.shared_experts", "moe.layers")
_REFERENCES = (
    "Shazeer et al. 2017, Outrageously Large Neural Networks, arXiv:1701.06538",
    "Dai et al. 2024, DeepSeekMoE (shared experts), arXiv:2401.06066",
)
_EXAMPLES = (
    experts_example(
        "weights, chosen = torch.topk(nn.functional.softmax(self.router(x), dim=-1), 2, dim=-1)",
        finds={"moe.experts": 6, "moe.top_k": 2, "moe.shared_experts": 0},
    ),
    model_example("self.up = nn.Linear(8, 8)", "return x + self.up(x)", finds={"moe.experts": 0, "moe.top_k": None}),
)

RULE = Rule("MOE001", "experts", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
