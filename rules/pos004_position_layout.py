"""The order of sines and cosines in a table of positions.

``half``: all sines, then all cosines; ``interleaved``: they take turns, feature by feature. Recognised by how the code
combines the two, in the table itself or in the initial value of a parameter.

*Why it matters*: the formula that everybody cites takes turns, many programs do not; with the other order every token
gets another position, and weights that were trained with one are useless with the other.
"""

from collections.abc import Iterable

from analyzer.rule import (
    Example,
    Match,
    PositionKind,
    Query,
    Rule,
    at,
    main_stacks,
    model_example,
    positions_before,
    sine_table,
)


def check(query: Query) -> Iterable[Match]:
    for stack in query.get(main_stacks):
        for position in positions_before(query, stack):
            if position.kind is PositionKind.SINUSOIDAL:
                tables = (sine_table(query, operand.source) for operand in position.op.operands)
                for table in filter(None, tables):
                    places = (at("sines and cosines", table.join), at("added", position.op))
                    yield Match(table.layout, places, module=stack.pattern)


def _table(made: str, finds: str) -> Example:
    """A model that adds a table of sines and cosines, put together as ``made`` says."""
    return model_example(
        "self.up = nn.Linear(8, 8)",
        "return x + self.up(x)",
        model="""
        self.embed = nn.Embedding(50, 8)
        self.register_buffer("positions", self.table())
        """,
        start="x = self.embed(input_ids) + self.positions[:7]",
        end="return x",
        class_body=f"""
        def table(self):
            angles = torch.arange(16).unsqueeze(1) * torch.exp(torch.arange(4) * -(math.log(10000.0) / 4))
            table = {made}
            return table
        """,
        prelude="import math",
        finds=finds,
    )


_REFERENCES = ("Vaswani et al. 2017, Attention Is All You Need, 3.5, arXiv:1706.03762",)
_EXAMPLES = (
    _table("torch.cat([angles.sin(), angles.cos()], dim=-1)", "half"),
    _table("torch.zeros(16, 8); table[:, 0::2] = angles.sin(); table[:, 1::2] = angles.cos()", "interleaved"),
    _table("torch.stack((angles.sin(), angles.cos()), dim=-1).flatten(-2)", "interleaved"),
)

RULE = Rule("POS004", "position-layout", check, traits=("position.layout",), references=_REFERENCES, examples=_EXAMPLES)
