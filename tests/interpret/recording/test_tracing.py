"""What a traced call records: operations, lines, module calls, sizes that depend on data."""

from __future__ import annotations

from pathlib import Path

from analyzer.graph import BuiltModel, ModuleCall, Op, Phase, Status
from analyzer.interpret import Request, Session, open_workspace
from analyzer.rule.examples import Example, build_snippet
from analyzer.values import origin_of

HEAD = """
import torch
from torch import nn
import torch.nn.functional as F
"""


def built(code: str, **inputs: tuple[str, tuple[int, ...]]) -> BuiltModel:
    """The last class of ``code``, traced."""
    model = build_snippet(Example(HEAD + code, {}, inputs=inputs or {"x": ("float32", (2, 7, 8))}))
    assert model.status is Status.COMPLETE, model.gaps or model.failure
    return model


def traced(model: BuiltModel) -> list[Op]:
    return [op for op in model.graph if op.phase is Phase.FORWARD and op.kind != "input"]


def steps(model: BuiltModel) -> list[tuple[str, tuple[int, ...]]]:
    return [(op.target, tuple(map(int, op.outputs[0].shape)) if op.outputs else ()) for op in traced(model)]


def test_functions_that_call_a_method_are_recorded_as_that_method() -> None:
    model = built("""
class Net(nn.Module):
    def forward(self, x):
        return F.tanh(F.sigmoid(x))
""")
    assert [target for target, _ in steps(model)] == ["Tensor.sigmoid", "Tensor.tanh"]


def test_a_call_with_starred_arguments_lies_where_its_expression_begins() -> None:
    model = built("""
class Net(nn.Module):
    def forward(self, x):
        return (
            x
            .view(*x.shape[:-1], 4, 2)
            .transpose(1, 2)
        )
""")
    view, transpose = traced(model)
    assert transpose.span.line - view.span.line == 2


def test_a_mapped_function_sees_single_positions() -> None:
    model = built("""
class Net(nn.Module):
    def forward(self, x):
        def near(i, j):
            return (i - j).abs() < 3
        rows, columns = torch.arange(4), torch.arange(5)
        inner = torch.vmap(near, in_dims=(None, 0), out_dims=0)
        mask = torch.vmap(inner, in_dims=(0, None), out_dims=0)(rows, columns)
        return x, mask
""")
    assert [(target, shape) for target, shape in steps(model) if not target.startswith("vmap.")][2:] == [
        ("Tensor.sub", ()),
        ("Tensor.abs", ()),
        ("Tensor.lt", ()),
    ]
    assert tuple(map(int, model.graph.ops[-1].outputs[0].shape)) == (4, 5)


def test_a_check_of_all_elements_is_read_back_and_does_not_end_the_call() -> None:
    model = built("""
class Net(nn.Module):
    def forward(self, x):
        torch._check_tensor_all_with(ValueError, x > 0, lambda: "positive")
        return x
""")
    assert [target for target, _ in steps(model)] == ["Tensor.gt", "Tensor._is_all_true", "Tensor.item"]


def test_modules_outside_the_tree_have_no_name() -> None:
    model = built("""
class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(0.1)
    def forward(self, x):
        return self.drop(x)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(8, 8)
    def forward(self, x):
        return Inner()(self.linear(x))
""")
    assert model.calls == (
        ModuleCall("", "Net", 0),
        ModuleCall("linear", "Linear", 1),
        ModuleCall("", "Inner", 1, named=False),
        ModuleCall("", "Dropout", 2, named=False),
    )
    assert traced(model)[-1].module == ""


def test_how_many_positions_are_found_depends_on_data() -> None:
    model = built("""
class Net(nn.Module):
    def forward(self, x):
        chosen = x.sum(-1).topk(2, dim=-1).indices
        rows, columns = torch.where(chosen == 1)
        return x[rows, columns]
""")
    for op in traced(model)[-2:]:
        origin = origin_of(op.outputs[0].shape[0])
        assert origin is not None, op
        assert "data" in origin.symbols, op


def test_tensors_made_of_numbers_have_the_type_that_their_constructor_says() -> None:
    model = built("""
import numpy as np
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("plain", torch.Tensor([1, 2]))
        self.register_buffer("long", torch.LongTensor([[1.0], [2.0]]))
        self.register_buffer("array", torch.tensor(np.linspace(0, 1, 3)))
        rates = [x.item() for x in torch.Tensor(np.linspace(0, 0.1, 3))]
        self.layers = nn.ModuleList(nn.Linear(8, 8) if rate > 0.04 else nn.Identity() for rate in rates)
        assert isinstance(self.long, torch.LongTensor) and not isinstance(self.long, torch.FloatTensor)
    def forward(self, x):
        return x
""")
    assert [(buffer.name, buffer.dtype, tuple(buffer.shape)) for buffer in model.buffers] == [
        ("plain", "float32", (2,)),
        ("long", "int64", (2, 1)),
        ("array", "float64", (3,)),
    ]
    assert {parameter.name for parameter in model.parameters} == {
        f"layers.{i}.{name}" for i in (1, 2) for name in ("weight", "bias")
    }


def test_numbers_in_tensors_are_read_where_the_code_alone_decides_them() -> None:
    model = built("""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        sizes = torch.tensor([2, 3]) * 4
        self.layers = nn.ModuleList(nn.Linear(8, int(size)) for size in sizes)
        self.scale = float(sizes[0]) / 2
    def forward(self, x):
        return self.layers[0](x) * self.scale
""")
    assert [tuple(parameter.shape) for parameter in model.parameters] == [(8, 8), (8,), (12, 8), (12,)]
    assert traced(model)[-1].attributes["other"] == 4.0


def test_an_assignment_of_least_cost_decides_sizes() -> None:
    model = built("""
from scipy.optimize import linear_sum_assignment
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        _, columns = linear_sum_assignment(torch.tensor([[4.0, 1.0, 3.0], [1.0, 0.0, 5.0]]).numpy())
        self.layers = nn.ModuleList(nn.Linear(8, 1 + int(column)) for column in columns)
    def forward(self, x):
        return self.layers[0](x)
""")
    assert [tuple(layer.shape) for layer in model.parameters if layer.name.endswith("weight")] == [(2, 8), (1, 8)]


def test_a_warning_about_numbers_in_a_tensor_is_no_gap() -> None:
    model = built("""
import logging
class Net(nn.Module):
    def forward(self, x):
        if 0 in x[:, [-1, 0]]:
            logging.warning("padding")
        return x * 2
""")
    assert [target for target, _ in steps(model)] == ["Tensor.__getitem__", "Tensor.mul"]


def test_versions_of_what_is_installed_decide_branches() -> None:
    model = built("""
import importlib.metadata
from packaging import version
MODERN = version.parse(version.parse(torch.__version__).base_version) >= version.parse("1.10")
try:
    OTHER = importlib.metadata.version("some_package_that_is_not_there")
except importlib.metadata.PackageNotFoundError:
    OTHER = None
class Net(nn.Module):
    def forward(self, x):
        return x + 1 if MODERN and importlib.metadata.version("torch") == torch.__version__ and not OTHER else x - 1
""")
    assert [target for target, _ in steps(model)] == ["Tensor.add"]


def test_modules_made_while_a_file_is_loaded_serve_every_model(tmp_path: Path) -> None:
    (tmp_path / "modeling_two.py").write_text(
        HEAD
        + """
class Doubling(nn.Module):
    def __init__(self):
        super().__init__()
        self.function = torch.add
    def forward(self, x):
        return self.function(x, x)
double = Doubling()
class First(nn.Module):
    def forward(self, x):
        return double(x)
class Second(nn.Module):
    def forward(self, x):
        return double(x)
"""
    )
    session = Session(open_workspace(tmp_path / "modeling_two.py"))
    for entry in session.workspace.catalogue().models:
        model = session.build(Request(entry=entry, inputs={"x": ("float32", (2, 7, 8))}))
        assert model.status is Status.COMPLETE, model.gaps
        assert [target for target, _ in steps(model)] == ["add"]


def test_a_list_of_slices_is_an_index_by_dimension() -> None:
    model = built("""
class Net(nn.Module):
    def forward(self, x):
        return x[[slice(None)] * 1 + [slice(None, 3)]]
""")
    assert steps(model) == [("Tensor.__getitem__", (2, 3, 8))]


def test_numpy_tables_of_positions() -> None:
    model = built("""
import numpy as np

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        omega = 1.0 / 100 ** (np.arange(4, dtype=float) / np.cumprod([1, 2])[-1])
        table = np.concatenate([np.sin(np.einsum("m,d->md", np.arange(7), omega)), np.log1p(np.ones((7, 4)))], axis=1)
        self.register_buffer("table", torch.from_numpy(table).float())

    def forward(self, x):
        return x + self.table
""")
    assert steps(model)[-1] == ("Tensor.add", (2, 7, 8))


def test_numpy_waves_are_waves_of_angles() -> None:
    model = built("""
import numpy as np

class Net(nn.Module):
    def forward(self, x):
        angles = np.arange(8) / 7
        return x + torch.FloatTensor(np.sin(angles)) + torch.tensor(np.cos(angles) * 2)
""")
    targets = [target for target, _ in steps(model)]
    assert targets.count("sin") == 1
    assert "cos" not in targets, "what is computed from a wave is an array like others"


def test_products_of_numpy_are_bounded() -> None:
    model = build_snippet(
        Example(
            HEAD
            + """
import numpy as np

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = np.outer(np.ones(10_000), np.ones(10_000))

    def forward(self, x):
        return x
""",
            {},
            inputs={"x": ("float32", (2, 7, 8))},
        )
    )
    assert [(gap.code.value, gap.construct) for gap in model.gaps] == [("budget", "numpy.outer")]


def test_asking_a_module_for_what_it_lacks_is_no_gap() -> None:
    model = built("""
import sys

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        assert not hasattr(sys.modules[__name__], "oak") and hasattr(sys.modules[__name__], "Net")

    def forward(self, x):
        return x + 1
""")
    assert model.gaps == ()


def test_modules_are_put_into_evaluation() -> None:
    model = built("""
class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(4, 8))

    def train(self, mode=True):
        super().train(mode)
        self.picked = None if mode else self.bias[:2]

    def forward(self, x):
        return x[:, :2] + self.picked

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = Inner()

    def forward(self, x):
        return self.inner(x)
""")
    assert steps(model) == [("Tensor.__getitem__", (2, 2, 8)), ("Tensor.add", (2, 2, 8))]
