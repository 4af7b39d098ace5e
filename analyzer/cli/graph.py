"""``asbuilt graph``: the operations of one model."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import click

from analyzer.api import CONFIGURED, InputError
from analyzer.cli import options as option
from analyzer.cli.command import command
from analyzer.cli.models import Chosen, built, choose
from analyzer.cli.options import Options
from analyzer.cli.terminal import write
from analyzer.graph import Status
from analyzer.outputs import GRAPH, Rendered, collected, view
from analyzer.workers import call, step

_EXAMPLES = """\b
Examples:
  asbuilt graph llama                                       one line an operation, equal layers once
  asbuilt graph llama --at model.layers.0.self_attn
  asbuilt graph llama --at model.layers.0.self_attn --names  sizes as config.num_key_value_heads
  asbuilt graph t5 --format json -o t5.json                 for networkx.node_link_graph
  asbuilt graph mixtral --at model.layers.0.mlp --format mermaid
  asbuilt graph bert --format dot | dot -Tsvg > bert.svg
  asbuilt graph gpt2 --input input_ids=int64[1,128] --argument use_cache=false
"""


@dataclass(frozen=True, slots=True)
class _Section:
    """Which part of the graph is drawn and how; travels to a worker process."""

    at: str
    unroll: bool
    construction: bool
    names: bool
    dtype: str


@command("graph", short_help="The tensor operations of one model.", epilog=_EXAMPLES)
@click.argument("model")
@click.option("--at", default="", metavar="MODULE", help="Only this module (model.layers.0.mlp) and what it reads.")
@click.option("--unroll", is_flag=True, help="Every layer, also those that are equal to another.")
@click.option("--construction", is_flag=True, help="Also the operations that run while modules are constructed.")
@click.option("--names", is_flag=True, help="Sizes as expressions over the configuration (text; JSON has them always).")
@option.shared(
    *(option.class_name, option.tree, option.configuration, option.call, option.output),
    formats=GRAPH,
)
@option.dtype
def graph_command(
    options: Options, model: str, at: str, unroll: bool, construction: bool, names: bool, dtype: str | None
) -> None:
    """Print the tensor operations of MODEL's forward call, with types, shapes, modules and places in the code.

    MODEL is a model type (llama) or a class (LlamaForCausalLM), MODEL@PATH one of the tree at PATH, or PATH with one
    model.
    """
    section = _Section(at, unroll, construction, names, dtype or CONFIGURED)
    write(call(_drawn, choose(model, options), options, section), options.output)


def _drawn(chosen: Chosen, options: Options, section: _Section) -> Rendered:
    result = built(chosen, options, dtype=section.dtype).built
    if result.status is Status.FAILED:
        raise InputError(f"{result.class_name} could not be built: {result.failure}", path=result.path, code="failed")
    step(f"drawing {result.class_name}", None)
    drawn = view(result, at=section.at, unroll=section.unroll, construction=section.construction)
    display = dataclasses.replace(options.display, expressions=section.names)
    return collected(GRAPH.render(drawn, options.format, display))
