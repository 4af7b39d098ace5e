"""The inner width of the dense feed-forward parts (of the experts, where there are no dense ones).

*Why it matters*: two thirds of a model's parameters follow from it.
"""

from collections.abc import Iterable

from analyzer.rule import (
    FeedForward,
    Match,
    Query,
    Rule,
    at,
    block_example,
    feed_forwards,
    per_stack,
    routers,
    shared_experts,
)


def check(query: Query) -> Iterable[Match]:
    beside = {one for router in query.facts(routers) for one in shared_experts(query, router)}
    parts = query.facts(feed_forwards)
    dense = [one for one in parts if not one.expert and one not in beside]
    yield from per_stack(query, map(_match, dense or [one for one in parts if one.expert]))


def _match(found: FeedForward) -> Match:
    return Match(found.width, (at("projection down", found.down.op, found.width),), module=found.module)


_REFERENCES = ("Vaswani et al. 2017, Attention Is All You Need, 3.3, arXiv:1706.03762",)
_EXAMPLES = (
    block_example(
        "self.up, self.down = nn.Linear(8, 24), nn.Linear(24, 8)",
        "return self.down(nn.functional.relu(self.up(x)))",
        finds=24,
    ),
)

RULE = Rule("FFN002", "feed-forward-width", check, traits=("dims.ffn",), references=_REFERENCES, examples=_EXAMPLES)
