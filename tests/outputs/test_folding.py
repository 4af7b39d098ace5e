"""Equal layers are found, unequal ones are kept apart, and the folded graph is still a graph."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from analyzer.graph import Op, OpGraph, OpKind
from analyzer.outputs.view import GraphView, view
from analyzer.query.folding import fold
from tests.outputs.small import BATCH, SEQ, Graph, layer, small_model


def groups(graph: OpGraph) -> set[tuple[int, ...]]:
    return {group.members for group in fold(graph).groups}


def test_equal_layers_are_one_group() -> None:
    assert groups(small_model((16, 16, 32, 16)).graph) == {(0, 1, 3), (2,)}


@given(st.lists(st.sampled_from([4, 8, 16]), min_size=2, max_size=7))
def test_groups_are_the_layers_of_one_size(inner: list[int]) -> None:
    by_size: dict[int, list[int]] = defaultdict(list)
    for number, size in enumerate(inner):
        by_size[size].append(number)
    assert groups(small_model(inner).graph) == {tuple(numbers) for numbers in by_size.values()}


@given(st.lists(st.sampled_from([4, 8]), min_size=2, max_size=6))
def test_what_stays_reads_only_what_stays(inner: list[int]) -> None:
    folded = view(small_model(inner))
    present = {node.op for node in folded.nodes}
    assert {edge.source for edge in folded.edges} <= present
    assert all(edge.source.index < edge.target.index for edge in folded.edges)
    assert {result.source for result in folded.results} <= present
    assert len(kinds(folded, OpKind.SILU)) == len(set(inner))


def test_what_runs_between_layers_folds_with_them() -> None:
    assert len(kinds(view(small_model((16, 16, 16))), OpKind.CLAMP)) == 1


def test_nodes_name_the_layers_they_stand_for() -> None:
    node = kinds(view(small_model((16, 16, 32, 16))), OpKind.SILU)[0]
    assert node == ("layers.0", "layers.1", "layers.3")


def test_unrolled_layers_stand_for_themselves() -> None:
    unrolled = view(small_model((16, 16)), unroll=True)
    assert kinds(unrolled, OpKind.SILU) == [("layers.0",), ("layers.1",)]


def test_layers_that_read_different_masks_differ() -> None:
    graph, x = start()
    masks = [graph.add(OpKind.CREATE, "ones", {}, (7, 7), "", line) for line in (5, 6)]
    for number in range(4):
        x = masked(graph, x, masks[number % 2], number)
    assert groups(OpGraph(graph.ops)) == {(0, 2), (1, 3)}


def test_layers_that_read_one_mask_are_equal() -> None:
    graph, x = start()
    mask = graph.add(OpKind.CREATE, "ones", {}, (7, 7), "", 5)
    for number in range(3):
        x = masked(graph, x, mask, number)
    assert groups(OpGraph(graph.ops)) == {(0, 1, 2)}


def test_pieces_of_one_tensor_do_not_set_layers_apart() -> None:
    graph, x = start()
    whole = graph.add(OpKind.CREATE, "ones", {}, (3, 8), "", 5)
    for number in range(3):
        index = {"index": (number,)}
        piece = graph.add(OpKind.SLICE, "Tensor.__getitem__", {"input": whole}, (8,), "", 6, index)
        x = masked(graph, x, piece, number)
    assert groups(OpGraph(graph.ops)) == {(0, 1, 2)}


def test_a_constant_sets_layers_apart() -> None:
    graph, x = start()
    for number, limit in enumerate((1.0, 2.0)):
        path = f"layers.{number}"
        x = graph.add(OpKind.CLAMP, "Tensor.clamp", {"input": x}, (BATCH, SEQ, 8), path, 9, {"max": limit})
    assert groups(OpGraph(graph.ops)) == {(0,), (1,)}


def test_lists_inside_lists_fold_from_the_outside() -> None:
    graph, x = start()
    for outer in range(2):
        for inner in range(3):
            x = layer(graph, x, f"stages.{outer}.blocks.{inner}", 16)
    folding = fold(OpGraph(graph.ops))
    assert {(group.container, group.members) for group in folding.groups} == {
        ("stages", (0, 1)),
        ("stages.0.blocks", (0, 1, 2)),
    }
    assert folding.instances("stages.0.blocks.0.up") == tuple(
        f"stages.{outer}.blocks.{inner}" for outer in range(2) for inner in range(3)
    )


def start() -> tuple[Graph, Op]:
    graph = Graph()
    return graph, graph.add(OpKind.INPUT, "", {}, (BATCH, SEQ, 8), attributes={"name": "inputs_embeds"})


def masked(graph: Graph, x: Op, mask: Op, number: int) -> Op:
    return graph.add(OpKind.ADD, "Tensor.add", {"input": x, "other": mask}, (BATCH, SEQ, 8), f"layers.{number}", 9)


def kinds(printed: GraphView, kind: OpKind) -> list[tuple[str, ...]]:
    """For every node of a kind the layers it stands for."""
    return [node.layers for node in printed.nodes if node.op.kind is kind]
