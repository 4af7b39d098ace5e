"""``asbuilt cost``: bytes and floating-point operations of one model."""

from __future__ import annotations

import click

from analyzer.api import SERVED, CostReport, cost
from analyzer.cli import options as option
from analyzer.cli.codes import COULD_NOT
from analyzer.cli.command import command
from analyzer.cli.models import Chosen, choose
from analyzer.cli.options import Options
from analyzer.cli.terminal import write
from analyzer.graph import Dtype
from analyzer.outputs import COST
from analyzer.workers import call

_EXAMPLES = """\b
Examples:
  asbuilt cost llama --context 4096
  asbuilt cost mixtral --batch 8 --dtype float16
  asbuilt cost qwen3_next --config config.json --format csv -o cost.csv

\b
FLOPs are those of products of matrices, convolutions and fused attention, two for each multiplication with its
addition, as torch.utils.flop_counter.FlopCounterMode counts them; attention computes every score, masked ones too.
Routed experts count with the rows that their router sends to them. The decoded token is a second call with one
token in each row and the cache of the first.
"""
_TYPES = tuple(one.value for one in Dtype if one.is_floating)


@command("cost", short_help="Weights, cache and FLOPs of a model, part by part.", epilog=_EXAMPLES)
@click.argument("model")
@click.option(
    "--context",
    type=click.IntRange(min=1),
    metavar="N",
    help="Tokens in each row. Default: 2048, or as many as the model has positions.",
)
@click.option("--batch", type=click.IntRange(min=1), default=1, show_default=True, metavar="B", help="Rows.")
@click.option("--dtype", type=click.Choice(_TYPES), default=SERVED, show_default=True, help="Type of the weights.")
@option.shared(option.class_name, option.tree, option.configuration, option.output, formats=COST)
def cost_command(options: Options, model: str, context: int | None, batch: int, dtype: str) -> int:
    """Print what MODEL costs: bytes of weights and of what layers keep, FLOPs of a prefill and of one decoded token.

    MODEL is a model type (llama) or a class (LlamaForCausalLM), MODEL@PATH one of the tree at PATH.
    """
    found = call(_counted, choose(model, options), options, context, batch, dtype)
    write(COST.render(found, options.format, options.display), options.output)
    return COULD_NOT if found.prefill.flops is None else 0


def _counted(chosen: Chosen, options: Options, context: int | None, batch: int, dtype: str) -> CostReport:
    return cost(
        chosen.name,
        chosen.tree,
        context=context,
        batch=batch,
        dtype=dtype,
        config=options.config,
        overrides=dict(options.overrides),
    )
