"""The recorded truth: readable, complete, and compact forms that lose nothing."""

from hypothesis import given
from hypothesis import strategies as st

from tests import truth
from tests.truth import columns, half, trees

NAMES = st.lists(st.sampled_from(["layers", "0", "1", "2", "10", "weight", "norm"]), min_size=1, max_size=4)
SHAPES = st.lists(st.integers(0, 9), max_size=2)


@given(st.dictionaries(NAMES.map(".".join), SHAPES, max_size=30))
def test_tree_of_names_expands_to_what_it_was_made_of(shapes: dict[str, list[int]]) -> None:
    assert trees.unpack(trees.pack(shapes)) == shapes


def test_equal_layers_are_written_once() -> None:
    shapes = {f"layers.{number}.weight": [4, 4] for number in range(12)}
    assert trees.pack(shapes) == {"layers": {"{0..11}": {"weight": [4, 4]}}}


def test_operations_expand_to_what_was_recorded() -> None:
    row = {
        "model_type": "tiny",
        "class": "Tiny",
        "path": "models/tiny/modeling_tiny.py",
        "modules": ["", "model", "model.layer"],
        "ops": [
            ["nn.functional.linear", 2, "a.py:3", "forward", [["float32", [2, 4]]], ["@i:x", "@p:model.layer.w"], {}],
            ["Tensor.add", 1, "a.py:9", "forward", [["float32", [2, 4]]], ["%0", "@b:model.layer.b"], {"alpha": 1}],
            ["cat", -1, "b.py:1", "f", [["float32", [4, 4]]], [["%0", "%1.0"]], {}, "alias"],
        ],
    }
    packed = columns.pack([row])
    assert columns.unpack_run(packed["runs"][0], packed["tables"]) == row


def test_runs_in_half_precision_expand_to_what_was_recorded() -> None:
    def row(name: str, kept: str, size: int) -> dict[str, object]:
        operations = [
            ["Tensor.float", 1, "a.py:3", "forward", [["float32", [2, 4]]], ["%0"], {"copy": False}],
            ["Tensor.add", 1, "a.py:9", "forward", [[kept, [2, size]]], ["%0", 1], {}],
        ]
        return {"model_type": "tiny", "class": name, "path": "a.py", "modules": ["", "m"], "ops": operations}

    rows = [row("Same", "bfloat16", 4), row("Other", "bfloat16", 5)]
    full = [row("Other", "float32", 4), row("Same", "float32", 4)]
    packed = half.pack(rows, full)
    assert [run["class"] for run in packed["along"]] == ["Same"]
    assert list(half.unpack(packed, full)) == list(map(half.without_arguments, rows))


def test_rows_are_complete() -> None:
    assert len(truth.classes()) == 788
    assert len(truth.runs()) == 507
    assert len(truth.measured()) == 498
    assert len(truth.statements()) == 3256
    assert len(truth.causal_keys()) == 98
    assert sum(len(trace.operations) for trace in truth.traces()) == 204029
    assert len(truth.half_keys()) == 383


def test_one_row_says_what_is_known_of_the_model() -> None:
    key = truth.Key("mistral", "MistralForCausalLM")
    (found,) = [row for row in truth.classes() if row.key == key]
    assert found.parameters["model.layers.31.mlp.down_proj.weight"] == (4096, 14336)
    assert found.total == 7_241_732_096
    operations = truth.trace(key)
    assert operations is not None
    assert operations.operations[0].name == "nn.functional.embedding"
    assert truth.trace(truth.Key("mistral", "None")) is None
