"""``asbuilt graph``: the operations of one model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click
from rich.text import Text

from analyzer.api import InputError
from analyzer.cli import options
from analyzer.cli.command import command
from analyzer.cli.models import Chosen, built, choose
from analyzer.cli.terminal import emit, emit_text
from analyzer.graph import Status
from analyzer.outputs.dot import dot
from analyzer.outputs.graph_json import graph_json
from analyzer.outputs.graph_text import graph_text
from analyzer.outputs.graphml import graphml
from analyzer.outputs.mermaid import mermaid
from analyzer.outputs.view import view
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


@command("graph", short_help="The tensor operations of one model.", epilog=_EXAMPLES)
@click.argument("model")
@options.formats(("text", "json", "graphml", "dot", "mermaid"), "text")
@click.option("--at", default="", metavar="MODULE", help="Only this module (model.layers.0.mlp) and what it reads.")
@click.option("--unroll", is_flag=True, help="Every layer, also those that are equal to another.")
@click.option("--construction", is_flag=True, help="Also what runs while the modules are constructed.")
@click.option("--names", is_flag=True, help="Sizes as expressions over the configuration (text; JSON has them always).")
@options.class_name
@options.tree
@options.configuration
@options.call
@options.output
@options.verbose
def graph_command(
    model: str,
    form: str,
    at: str,
    unroll: bool,
    construction: bool,
    names: bool,
    class_name: str | None,
    tree: Path | None,
    config: Path | None,
    overrides: tuple[tuple[str, object], ...],
    inputs: tuple[tuple[str, tuple[str, tuple[int, ...]]], ...],
    arguments: tuple[tuple[str, object], ...],
    output: Path | None,
) -> None:
    """Print the tensor operations of MODEL's forward call, with shapes, modules and places in the code.

    MODEL is a model type (llama) or a class (LlamaForCausalLM), MODEL@PATH one of the tree at PATH.
    """
    chosen, part = choose(model, tree, class_name), _Part(at, unroll, construction, names)
    drawn = call(_drawn, chosen, config, overrides, inputs, arguments, part, form)
    if isinstance(drawn, str):
        emit_text(drawn, output)
    else:
        emit(drawn, output)


@dataclass(frozen=True, slots=True)
class _Part:
    """What of the graph is drawn; travels to a worker process."""

    at: str
    unroll: bool
    construction: bool
    names: bool


def _drawn(
    chosen: Chosen,
    config: Path | None,
    overrides: tuple[tuple[str, object], ...],
    inputs: tuple[tuple[str, tuple[str, tuple[int, ...]]], ...],
    arguments: tuple[tuple[str, object], ...],
    part: _Part,
    form: str,
) -> str | list[str | Text]:
    """The graph as a document or as lines."""
    result = built(chosen, config, overrides, inputs, arguments).built
    if result.status is Status.FAILED:
        raise InputError(f"{result.class_name} could not be built: {result.failure}", path=result.path, code="failed")
    step(f"drawing {result.class_name}", None)
    graph = view(result, at=part.at, unroll=part.unroll, construction=part.construction)
    match form:
        case "json":
            return graph_json(graph)
        case "graphml":
            return graphml(graph)
        case "dot":
            return [*dot(graph)]
        case "mermaid":
            return [*mermaid(graph)]
        case _:
            return [*graph_text(graph, part.names)]
