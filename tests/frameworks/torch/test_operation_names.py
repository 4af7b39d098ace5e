"""Names of operations, their arguments and operands."""

import inspect

import pytest

from analyzer.frameworks.torch.operations import OPERATIONS
from analyzer.frameworks.torch.operations.attributes import TENSOR_ATTRIBUTES, TENSOR_METHODS
from analyzer.frameworks.torch.operations.spelling import rules
from analyzer.frameworks.torch.operations.tables import RULES
from analyzer.graph import OperandRef, OpKind
from analyzer.library.operations.binding import bind
from analyzer.library.operations.infer import types_in
from analyzer.library.operations.rule import OpRule, merge
from analyzer.values import Device, traced
from tests.frameworks.torch.cases import BOOL, I64, known, size, t


@pytest.mark.parametrize(
    ("symbol", "reflected", "inplace", "expected"),
    [
        ("+", False, False, "Tensor.add"),
        ("+", True, False, "Tensor.add"),
        ("-", True, False, "Tensor.__rsub__"),
        ("/", True, False, "Tensor.__rtruediv__"),
        ("**", False, False, "Tensor.__pow__"),
        ("**", True, False, "Tensor.__rpow__"),
        ("//", False, False, "Tensor.__floordiv__"),
        ("%", False, False, "Tensor.remainder"),
        ("@", False, False, "Tensor.matmul"),
        ("==", False, False, "Tensor.__eq__"),
        ("!=", False, False, "Tensor.ne"),
        ("<", True, False, "Tensor.gt"),
        ("&", False, False, "Tensor.__and__"),
        ("~", False, False, "Tensor.__invert__"),
        ("neg", False, False, "Tensor.neg"),
        ("+", False, True, "Tensor.add_"),
        ("//", False, True, "Tensor.floor_divide_"),
        ("|", False, True, "Tensor.__ior__"),
        ("@", False, True, "Tensor.matmul"),
    ],
)
def test_operator(symbol, reflected, inplace, expected):
    assert OPERATIONS.operators.target(symbol, reflected=reflected, inplace=inplace) == expected


BINARY = ["+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "<<", ">>", "==", "!=", "<", "<=", ">", ">="]


@pytest.mark.parametrize("symbol", BINARY)
@pytest.mark.parametrize("mode", [(False, False), (True, False), (False, True)])
def test_every_operator_has_a_rule(symbol, mode):
    reflected, inplace = mode
    assert OPERATIONS.operators.target(symbol, reflected=reflected, inplace=inplace) in RULES


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("torch.nn.functional.gelu", "nn.functional.gelu"),
        ("torch.rsqrt", "rsqrt"),
        ("torch.einsum", "functional.einsum"),
        ("torch.split", "functional.split"),
        ("torch.meshgrid", "functional.meshgrid"),
        ("torch.norm", "functional.norm"),
        ("torch.unique", "functional.unique"),
        ("torch.functional.einsum", "functional.einsum"),
        ("torch.special.expit", "special.expit"),
        ("torch.linalg.norm", "linalg.norm"),
        ("torch.fft.rfft", "fft.rfft"),
        ("torch.Tensor.add_", "Tensor.add_"),
        ("torch.nn.init.normal_", "nn.init.normal_"),
        ("torch.nn.utils.rnn.pad_sequence", "pad_sequence"),
        ("torch.nothing", None),
        ("numpy.add", None),
    ],
)
def test_public_name(name, target):
    assert OPERATIONS.public_target(name) == target


@pytest.mark.parametrize("target", sorted(RULES))
def test_rule_functions_say_what_they_do(target):
    rule = RULES[target]
    assert isinstance(rule.kind, OpKind)
    assert inspect.getdoc(rule.function) or "<locals>" in rule.function.__qualname__


def test_in_place_forms_are_marked():
    assert RULES["Tensor.add_"].inplace and RULES["nn.init.zeros_"].inplace and RULES["Tensor.__setitem__"].inplace
    assert not RULES["Tensor.add"].inplace and not RULES["Tensor.__eq__"].inplace


def test_one_target_is_described_once():
    table = rules(OpKind.ADD, types_in, ("plus",), ("{}", "Tensor.{}_"))
    assert table["Tensor.plus_"] == OpRule(OpKind.ADD, table["plus"].function, "plus", inplace=True)
    with pytest.raises(ValueError, match="plus"):
        merge(table, table)


def test_operands_and_attributes():
    query, scale = t(2, 7), traced(0.5, size(1, "config.x").origin)
    result = OPERATIONS.infer("Tensor.mul", (query, scale), {})
    assert result.operands == (("input", query),)
    assert result.attributes["other"] is scale


def test_tensors_in_a_sequence_have_slots_of_their_own():
    first, second = t(2), t(3)
    result = OPERATIONS.infer("cat", ([first, second],), {"axis": 0})
    assert result.operands == (("tensors.0", first), ("tensors.1", second))
    assert result.attributes == {"dim": 0}


def test_tensors_in_an_index_are_referred_to():
    mask, tensor = t(7, dtype=BOOL), t(2, 7, 4)
    result = OPERATIONS.infer("Tensor.__getitem__", (tensor, (slice(None), mask, 0)), {})
    assert result.kind is OpKind.INDEX
    assert result.operands == (("input", tensor), ("index.0", mask))
    assert result.attributes["index"] == (slice(None), OperandRef("index.0"), 0)


def test_an_index_without_tensors_is_a_slice():
    assert OPERATIONS.infer("Tensor.__getitem__", (t(2, 7), (None, 0, slice(1, None))), {}).kind is OpKind.SLICE


def test_sizes_come_one_by_one_or_in_a_sequence():
    for args, kwargs in (((2, 3), {}), (((2, 3),), {}), ((), {"size": [2, 3]})):
        assert OPERATIONS.infer("zeros", args, kwargs).attributes["size"] == (2, 3)


def test_devices_and_generators_do_not_matter():
    result = OPERATIONS.infer("zeros", (2,), {"device": Device("cuda", 0), "pin_memory": False, "generator": None})
    assert result.attributes["device"] == "cuda:0"
    assert result.attributes["fill"] == 0


def test_the_limit_of_a_range_is_its_end():
    assert OPERATIONS.infer("arange", (5,), {}).attributes == {"start": 0, "end": 5, "step": 1}


def test_parameters_have_defaults():
    bound = bind(RULES["nn.functional.layer_norm"].function, (t(2, 4), (4,)), {})
    assert bound.arguments["eps"] == 1e-5


def test_what_returns_its_input_is_an_alias():
    assert OPERATIONS.infer("Tensor.to", (t(2), "cpu"), {}).alias
    assert OPERATIONS.infer("Tensor.float", (t(2),), {}).alias
    assert not OPERATIONS.infer("Tensor.to", (t(2),), {"copy": True}).alias
    assert OPERATIONS.infer("nn.functional.dropout", (t(2),), {"training": False}).alias
    assert not OPERATIONS.infer("nn.functional.dropout", (t(2),), {}).alias


def test_what_is_changed_in_place():
    tensor = t(2)
    assert OPERATIONS.infer("Tensor.add_", (tensor, 1), {}).changed is tensor
    assert OPERATIONS.infer("nn.init.normal_", (), {"tensor": tensor}).changed is tensor
    assert OPERATIONS.infer("nn.functional.relu", (tensor,), {"inplace": True}).changed is tensor
    assert OPERATIONS.infer("nn.functional.relu", (tensor,), {}).changed is None


def test_a_copy_takes_its_numbers_from_its_source():
    target, source = t(2), t(2)
    assert OPERATIONS.infer("Tensor.copy_", (target, source), {}).operands == (("src", source), ("input", target))


def test_kinds_follow_the_form():
    assert OPERATIONS.infer("max", (t(2), t(2)), {}).kind is OpKind.MAXIMUM
    assert OPERATIONS.infer("max", (t(2),), {}).kind is OpKind.AMAX
    assert OPERATIONS.infer("where", (t(2, dtype=BOOL),), {}).kind is OpKind.NONZERO
    assert OPERATIONS.infer("div", (t(2), 2), {"rounding_mode": "floor"}).kind is OpKind.ROUND
    assert OPERATIONS.infer("Tensor.view", (t(2, 4), I64), {}).kind is OpKind.CAST


def test_fields_of_results():
    assert OPERATIONS.infer("topk", (t(4), 2), {}).fields == ("values", "indices")
    assert OPERATIONS.infer("Tensor.max", (t(4),), {}).fields == ()
    assert OPERATIONS.infer("linalg.eigh", (t(2, 2),), {}).fields == ("eigenvalues", "eigenvectors")


def test_what_a_tensor_tells_without_an_operation():
    tensor = t(2, size(7, "seq"), 4)
    assert TENSOR_METHODS["size"](tensor) == (2, 7, 4)
    assert TENSOR_METHODS["size"](tensor, 1) is tensor.shape[1]
    assert TENSOR_METHODS["numel"](tensor) == 56
    assert TENSOR_METHODS["stride"](tensor) == (28, 4, 1)
    assert TENSOR_METHODS["element_size"](tensor) == 4
    assert TENSOR_METHODS["dim"](tensor) == 3
    assert TENSOR_ATTRIBUTES["nbytes"](tensor) == 224
    assert TENSOR_ATTRIBUTES["ndim"](tensor) == 3
    assert TENSOR_ATTRIBUTES["is_cuda"](tensor) is False


def test_methods_are_either_operations_or_not():
    assert not {f"Tensor.{name}" for name in (*TENSOR_METHODS, *TENSOR_ATTRIBUTES)} & RULES.keys()
    assert {"Tensor.T", "Tensor.mT", "Tensor.real"} <= RULES.keys()
    assert known([1]).data is not None
