"""Whether the stream is normalised once more after the last block.

A norm that is part of the last block's own residual equation (the *post* placement) does not count, nor one of an
attention that reads the stream (a pooling, a decoder of another kind).

*Why it matters*: pre-norm models need it, since nothing bounds their stream; ports that forget it produce logits of the
wrong scale.
"""

from collections.abc import Iterable

from analyzer.rule import (
    UNRECOGNISED_NORM,
    Match,
    Query,
    ReaderKind,
    Rule,
    StackEnd,
    at,
    main_stacks,
    model_example,
    stack_ends,
    trace_cut,
    unknown,
)


def check(query: Query) -> Iterable[Match]:
    main = query.get(main_stacks)
    for found in sorted(query.facts(stack_ends), key=lambda one: one.stack not in main):
        yield _match(query, found)


def _match(query: Query, found: StackEnd) -> Match:
    add, norm = at("last residual add", found.add), found.norm
    if trace_cut(query.model):
        return unknown("the trace ended before the last layer", add, module=found.stack.pattern)
    if found.undecided is not None:
        return unknown(UNRECOGNISED_NORM, add, at("not recognised", found.undecided), module=found.stack.pattern)
    if norm is None:
        readers = tuple(at(_ROLES[reader.kind], reader.op) for reader in found.readers)
        return Match(False, (add, *readers), module=found.stack.pattern)
    return Match(True, (at("norm after the last block", norm.core),), module=norm.module)


_ROLES = {
    ReaderKind.PLAIN: "read without a norm",
    ReaderKind.OWN: "the last block's own norm",
    ReaderKind.UNUSED: "norm that no result is made of",
    ReaderKind.ELSEWHERE: "norm of what attends to the stream",
}

_REFERENCES = ("Xiong et al. 2020, On Layer Normalization in the Transformer Architecture, arXiv:2002.04745",)
_EXAMPLES = (
    model_example(
        model="self.embed, self.last_norm = nn.Embedding(20, 8), nn.LayerNorm(8)",
        end="return self.last_norm(x)",
        finds=True,
    ),
    model_example(
        prelude="""
        class Pool(nn.Module):
            def __init__(self):
                super().__init__()
                self.norm, self.queries = nn.LayerNorm(8), nn.Parameter(torch.ones(3, 8))

            def forward(self, x):
                x = self.norm(x)
                return torch.softmax(self.queries @ x.transpose(-1, -2), -1) @ x
        """,
        model="self.embed, self.pool = nn.Embedding(20, 8), Pool()",
        end="return self.pool(x)",
        finds=False,
    ),
)

RULE = Rule("NRM007", "norm-final", check, traits=("norm.final",), references=_REFERENCES, examples=_EXAMPLES)
