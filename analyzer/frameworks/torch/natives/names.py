"""What ``torch`` provides besides operations and module classes: types, constants, contexts, switches."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from analyzer.base import GapCode
from analyzer.frameworks.torch.natives import modules
from analyzer.frameworks.torch.natives.mapping import vmap
from analyzer.graph import Dtype
from analyzer.library.context import NativeContext
from analyzer.library.natives.stdlib import IDENTITY
from analyzer.library.operations.dtypes import width
from analyzer.values import ClassValue, Device, Instance, Native, Opaque, StaticMethod, Tensor, Unknown, Value, expect

VERSION = "2.13.0"
CPU = Device("cpu")
SHORT_DTYPES = {
    "float": Dtype.FLOAT32,
    "double": Dtype.FLOAT64,
    "half": Dtype.FLOAT16,
    "long": Dtype.INT64,
    "int": Dtype.INT32,
    "short": Dtype.INT16,
    "cfloat": Dtype.COMPLEX64,
    "cdouble": Dtype.COMPLEX128,
}
SMALLEST = {
    Dtype.FLOAT32: (-3.4028234663852886e38, 3.4028234663852886e38, 1.1920928955078125e-07, 1.1754943508222875e-38),
    Dtype.FLOAT64: (-1.7976931348623157e308, 1.7976931348623157e308, 2.220446049250313e-16, 2.2250738585072014e-308),
    Dtype.FLOAT16: (-65504.0, 65504.0, 0.0009765625, 6.103515625e-05),
    Dtype.FLOAT8_E4M3FN: (-448.0, 448.0, 0.125, 0.015625),
    Dtype.FLOAT8_E5M2: (-57344.0, 57344.0, 0.25, 6.103515625e-05),
    Dtype.BFLOAT16: (-3.3895313892515355e38, 3.3895313892515355e38, 0.0078125, 1.1754943508222875e-38),
}
INTEGERS = {
    Dtype.UINT8: (0, 255),
    Dtype.INT8: (-128, 127),
    Dtype.INT16: (-32768, 32767),
    Dtype.INT32: (-(2**31), 2**31 - 1),
    Dtype.INT64: (-(2**63), 2**63 - 1),
}


def _parameter_new(machine: NativeContext, cls: ClassValue, data: Value = None, requires_grad: Value = True) -> Value:
    if not isinstance(data, Tensor):
        if isinstance(data, Unknown):
            return data
        data = expect(Tensor, machine.emit("empty", (0,)))
    # A parameter is learned: the numbers it starts with are not its value.
    made = Tensor(data.shape, data.dtype, data.op, data.output)
    made.parameter = True
    made.span = machine.span()
    return made


OLD_CONSTRUCTORS = {
    "torch.FloatTensor": Dtype.FLOAT32,
    "torch.DoubleTensor": Dtype.FLOAT64,
    "torch.HalfTensor": Dtype.FLOAT16,
    "torch.BFloat16Tensor": Dtype.BFLOAT16,
    "torch.LongTensor": Dtype.INT64,
    "torch.IntTensor": Dtype.INT32,
    "torch.ShortTensor": Dtype.INT16,
    "torch.CharTensor": Dtype.INT8,
    "torch.ByteTensor": Dtype.UINT8,
    "torch.BoolTensor": Dtype.BOOL,
}


def _tensor_new(machine: NativeContext, cls: ClassValue, *args: Value, **kwargs: Value) -> Value:
    """The old constructors: sizes give an uninitialised tensor, a sequence gives its numbers."""
    dtype = {"dtype": cls.namespace.get("dtype", Dtype.FLOAT32)}
    if args and isinstance(args[0], list | tuple | np.ndarray):
        return machine.emit("tensor", (args[0] if isinstance(args[0], np.ndarray) else list(args[0]),), dtype)
    if args and isinstance(args[0], Tensor):
        return args[0]
    return machine.emit("empty", args or (0,), dtype)


def _buffer_new(machine: NativeContext, cls: ClassValue, data: Value = None, *, persistent: Value = True) -> Value:
    if not isinstance(data, Tensor):
        return data
    made = Tensor(data.shape, data.dtype, data.op, data.output, data.data)
    made.attributes["buffer"] = bool(persistent)
    made.span = machine.span()
    return made


def _device(machine: NativeContext, kind: Value = "cpu", index: Value = None) -> Value:
    return kind if isinstance(kind, Device) else CPU


def _float_info(machine: NativeContext, dtype: Value = Dtype.FLOAT32) -> Value:
    if not isinstance(dtype, Dtype) or dtype not in SMALLEST:
        return machine.unknown(GapCode.UNKNOWN_VALUE, "torch.finfo", "the element type is not known")
    smallest, largest, eps, tiny = SMALLEST[dtype]
    info = Instance(machine.classes["object"])
    info.attributes.update(
        {"min": smallest, "max": largest, "eps": eps, "tiny": tiny, "smallest_normal": tiny, "dtype": dtype.value}
    )
    info.attributes["bits"] = width(dtype)
    return info


def _int_info(machine: NativeContext, dtype: Value) -> Value:
    if not isinstance(dtype, Dtype) or dtype not in INTEGERS:
        return machine.unknown(GapCode.UNKNOWN_VALUE, "torch.iinfo", "the element type is not known")
    info = Instance(machine.classes["object"])
    info.attributes.update(dict(zip(("min", "max"), INTEGERS[dtype], strict=True)))
    info.attributes["bits"] = width(dtype)
    return info


def _default_dtype(machine: NativeContext) -> Value:
    return machine.settings["default_dtype"]


def _set_default_dtype(machine: NativeContext, dtype: Value) -> None:
    if isinstance(dtype, Dtype):
        machine.settings["default_dtype"] = dtype


def _is_tensor(machine: NativeContext, value: Value) -> bool:
    return isinstance(value, Tensor)


def _is_floating(machine: NativeContext, value: Value) -> Value:
    return value.dtype.is_floating if isinstance(value, Tensor) else value


def _numel(machine: NativeContext, value: Value) -> Value:
    return math.prod(value.shape) if isinstance(value, Tensor) else value


def _decorator(machine: NativeContext, function: Value = None, *args: Value, **kwargs: Value) -> Value:
    """A decorator that changes nothing, used bare or with options."""
    if function is None or isinstance(function, bool | str):
        return IDENTITY
    return function


def _no_grad(machine: NativeContext, function: Value = None, *args: Value, **kwargs: Value) -> Value:
    if function is None or isinstance(function, bool):
        return Instance(machine.classes["torch.no_grad"])
    return function


def _constant(value: Value) -> Native:
    return Native("constant", lambda machine, *args, **kwargs: value)


def _grad_context(machine: NativeContext, *args: Value, **kwargs: Value) -> Value:
    return Instance(machine.classes["torch.no_grad"])


def _checkpoint(machine: NativeContext, function: Value, *args: Value, **kwargs: Value) -> Value:
    kwargs.pop("use_reentrant", None)
    return machine.call(function, args, kwargs)


def _promote(machine: NativeContext, left: Dtype, right: Dtype) -> Value:
    order = list(Dtype)
    return max((left, right), key=order.index)


def _size(machine: NativeContext, values: Value = ()) -> Value:
    return tuple(machine.iterate(values))


def torch_classes(classes: Mapping[str, ClassValue]) -> dict[str, ClassValue]:
    """``Module``, ``Tensor``, ``Parameter``, ``Buffer`` and contexts, by qualified name."""
    root = classes["object"]
    made: dict[str, ClassValue] = {}

    def define(name: str, base: ClassValue, namespace: dict[str, Value], python_type: type | None = None) -> ClassValue:
        cls = ClassValue(name.rpartition(".")[2], name, (base,), namespace, python_type=python_type)
        cls.mro = (cls, *base.mro)
        made[name] = cls
        return cls

    define("torch.dtype", root, {})
    define("torch.device", root, {})
    define("torch.nn.Module", root, dict(modules.NAMESPACE))
    tensor = define("torch.Tensor", root, {"__new__": StaticMethod(Native("Tensor.__new__", _tensor_new))}, Tensor)
    for name, dtype in OLD_CONSTRUCTORS.items():
        define(name, tensor, {"dtype": dtype})
    parameter: dict[str, Value] = {"__new__": StaticMethod(Native("Parameter.__new__", _parameter_new))}
    define("torch.nn.Parameter", tensor, parameter)
    define("torch.nn.Buffer", tensor, {"__new__": StaticMethod(Native("Buffer.__new__", _buffer_new))})
    define(
        "torch.no_grad",
        root,
        {
            "__enter__": Native("no_grad.__enter__", lambda machine, context: context),
            "__exit__": Native("no_grad.__exit__", lambda machine, context, *args: None),
            "__call__": Native("no_grad.__call__", lambda machine, context, function: function),
        },
    )
    define("torch.Generator", root, {})
    return made


ALIASES: dict[str, str] = {
    "torch._native.Module": "torch.nn.Module",
    "torch._native.Parameter": "torch.nn.Parameter",
    "torch._native.UninitializedParameter": "torch.nn.Parameter",
    "torch._native.Buffer": "torch.nn.Buffer",
    "torch.nn.Module": "torch.nn.Module",
    "torch.nn.modules.Module": "torch.nn.Module",
    "torch.nn.modules.module.Module": "torch.nn.Module",
    "torch.nn.Parameter": "torch.nn.Parameter",
    "torch.nn.parameter.Parameter": "torch.nn.Parameter",
    "torch.nn.Buffer": "torch.nn.Buffer",
    "torch.Tensor": "torch.Tensor",
    "torch.dtype": "torch.dtype",
    "torch.Size": "tuple",
    "torch.Generator": "torch.Generator",
}
NAMES: dict[str, Value] = {
    **{f"torch.{dtype.value}": dtype for dtype in Dtype},
    **{f"torch.{name}": dtype for name, dtype in SHORT_DTYPES.items()},
    "torch.inf": math.inf,
    "torch.nan": math.nan,
    "torch.pi": math.pi,
    "torch.e": math.e,
    "torch.newaxis": None,
    "torch.strided": "strided",
    "torch.contiguous_format": "contiguous_format",
    "torch.channels_last": "channels_last",
    "torch.channels_last_3d": "channels_last_3d",
    "torch.preserve_format": "preserve_format",
    "torch.legacy_contiguous_format": "contiguous_format",
    "torch.__version__": VERSION,
    "torch.device": Native("torch.device", _device),
    "torch.finfo": Native("torch.finfo", _float_info),
    "torch.iinfo": Native("torch.iinfo", _int_info),
    "torch.get_default_device": _constant(CPU),
    "torch.get_default_dtype": Native("torch.get_default_dtype", _default_dtype),
    "torch.set_default_dtype": Native("torch.set_default_dtype", _set_default_dtype),
    "torch.is_tensor": Native("torch.is_tensor", _is_tensor),
    "torch.is_floating_point": Native("torch.is_floating_point", _is_floating),
    "torch.numel": Native("torch.numel", _numel),
    "torch.promote_types": Native("torch.promote_types", _promote),
    "torch.no_grad": Native("torch.no_grad", _no_grad),
    "torch.enable_grad": Native("torch.enable_grad", _no_grad),
    "torch.inference_mode": Native("torch.inference_mode", _no_grad),
    "torch.set_grad_enabled": Native("torch.set_grad_enabled", _grad_context),
    "torch.is_grad_enabled": _constant(False),
    "torch.is_autocast_enabled": _constant(False),
    "torch.get_autocast_dtype": _constant(Dtype.BFLOAT16),
    "torch.get_autocast_gpu_dtype": _constant(Dtype.BFLOAT16),
    "torch.autocast": Native("torch.autocast", _grad_context),
    "torch.amp.autocast": Native("torch.amp.autocast", _grad_context),
    "torch.cuda.amp.autocast": Native("torch.cuda.amp.autocast", _grad_context),
    "torch.cuda.is_available": _constant(False),
    "torch.cuda.device_count": _constant(0),
    "torch.cuda.is_current_stream_capturing": _constant(False),
    "torch.mps.is_available": _constant(False),
    "torch.backends.mps.is_available": _constant(False),
    "torch.is_inference_mode_enabled": _constant(True),
    "torch.are_deterministic_algorithms_enabled": _constant(False),
    "torch.compiler.is_compiling": _constant(False),
    "torch.compiler.is_dynamo_compiling": _constant(False),
    "torch.compiler.is_exporting": _constant(False),
    "torch._dynamo.is_compiling": _constant(False),
    "torch.compiler.disable": Native("torch.compiler.disable", _decorator),
    "torch.compiler.allow_in_graph": Native("torch.compiler.allow_in_graph", _decorator),
    "torch.compile": Native("torch.compile", _decorator),
    "torch.jit.is_tracing": _constant(False),
    "torch.jit.is_scripting": _constant(False),
    "torch.jit.script": Native("torch.jit.script", _decorator),
    "torch.jit.ignore": Native("torch.jit.ignore", _decorator),
    "torch.jit.unused": Native("torch.jit.unused", _decorator),
    "torch.jit.export": Native("torch.jit.export", _decorator),
    "torch.onnx.is_in_onnx_export": _constant(False),
    "torch.fx.wrap": Native("torch.fx.wrap", _decorator),
    "torch.utils.checkpoint.checkpoint": Native("torch.utils.checkpoint.checkpoint", _checkpoint),
    "torch.distributed.is_available": _constant(False),
    "torch.distributed.is_initialized": _constant(False),
    "torch.distributed.get_world_size": _constant(1),
    "torch.distributed.get_rank": _constant(0),
    "torch._check": _constant(None),
    "torch._assert": _constant(None),
    "torch.manual_seed": _constant(None),
    "torch.vmap": Native("torch.vmap", vmap),
    "torch.func.vmap": Native("torch.vmap", vmap),
    "torch.Size": Native("torch.Size", _size),
    "torch.library.custom_op": Native("torch.library.custom_op", lambda machine, *args, **kwargs: IDENTITY),
    "torch.ops": Opaque("torch.ops"),
    "torch.classes": Opaque("torch.classes"),
}
