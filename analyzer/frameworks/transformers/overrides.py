"""Functions of transformers that have no bearing on what a model computes, or whose effect is known.

Keys are qualified names of definitions in the library's own infrastructure. Everything that is not listed is
interpreted from the tree. A key may end in ``*`` to stand for every name with that beginning.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from analyzer.library.context import NativeContext
from analyzer.library.natives.stdlib import IDENTITY
from analyzer.values import (
    BoundMethod,
    ClassValue,
    Function,
    Instance,
    ModuleInstance,
    Native,
    Opaque,
    Tensor,
    Unknown,
    Value,
)


def _constant(name: str, value: Value) -> Native:
    return Native(name, lambda machine, *args, **kwargs: value)


def _decorator(machine: NativeContext, *args: Value, **kwargs: Value) -> Value:
    """A decorator with or without options that leaves its function or class as it is."""
    if len(args) == 1 and not kwargs and isinstance(args[0], Function | ClassValue | BoundMethod | Native):
        return args[0]
    return IDENTITY


def _is_tensor(machine: NativeContext, value: Value) -> bool:
    return isinstance(value, Tensor) or (isinstance(value, Unknown) and bool(value.sources))


def _with_options(machine: NativeContext, *args: Value, **kwargs: Value) -> Value:
    return IDENTITY


def _nothing(machine: NativeContext, *args: Value, **kwargs: Value) -> None:
    return None


def _given_config(machine: NativeContext, cls: Value, config: Value, *args: Value, **kwargs: Value) -> Value:
    """The configuration as it was given: without a choice of implementation it asks for the eager one."""
    return config


def _context(machine: NativeContext, *args: Value, **kwargs: Value) -> Value:
    return Instance(machine.classes[machine.platform.roles.context])


def _attention_implementation(machine: NativeContext, model: Value, *args: Value, **kwargs: Value) -> str:
    return "eager"


def _generation_config(machine: NativeContext, cls: Value, *args: Value, **kwargs: Value) -> Value:
    return Opaque("generation_config")


def _init_weights(machine: NativeContext, model: ModuleInstance, *args: Value, **kwargs: Value) -> None:
    """Weights get no numbers here, but tying happens at this point."""
    tie = machine.get_attribute(model, "tie_weights", None)
    if tie is None:
        return
    machine.call(tie, (), {"recompute_mapping": False} if _takes(machine, tie, "recompute_mapping") else {})


def _takes(machine: NativeContext, function: Value, name: str) -> bool:
    from analyzer.library.natives.inspection import parameters_of

    return any(parameter.name == name for parameter in parameters_of(function))


def _beside(name: str) -> Callable[..., bool]:
    """Whether the source of a library that models are taken from is beside the analysed one."""
    return lambda machine: machine.has_module(name)


def _version_check(machine: NativeContext, *args: Value, **kwargs: Value) -> bool:
    return True


def _copy_function(machine: NativeContext, function: Value) -> Value:
    """The plain function behind a method, for itself: a copy is given another documentation."""
    plain = function.function if isinstance(function, BoundMethod) else function
    return replace(plain, attributes=dict(plain.attributes)) if isinstance(plain, Function) else plain


def _mask_left_out(
    machine: NativeContext, padding_mask: Value, kv_length: Value, local_attention_size: Value = None
) -> Value:
    """A window is not left out, though it hides nothing of the short input that is traced: it is made for longer ones.

    Without a window the source decides."""
    return NotImplemented if local_attention_size is None else False


PREFIX = "transformers."
FUNCTIONS: dict[str, Native] = {
    "utils.import_utils.is_*": _constant("is_available", False),
    "utils.import_utils.is_timm_available": Native("is_timm_available", _beside("timm")),
    "utils.import_utils.is_torch_available": _constant("is_torch_available", True),
    "utils.import_utils.is_torch_greater_or_equal": Native("is_torch_greater_or_equal", _version_check),
    "utils.import_utils.requires_backends": Native("requires_backends", _nothing),
    "utils.import_utils.requires": Native("requires", _with_options),
    "utils.logging.get_logger": _constant("logging.get_logger", Opaque("logger")),
    "utils.doc.*": Native("doc decorator", _with_options),
    "utils.auto_docstring.auto_docstring": Native("auto_docstring", _decorator),
    "utils.auto_docstring.auto_class_docstring": Native("auto_docstring", _decorator),
    "utils.args_doc.auto_docstring": Native("auto_docstring", _decorator),
    "utils.deprecation.deprecate_kwarg": Native("deprecate_kwarg", _with_options),
    "utils.doc.copy_func": Native("copy_func", _copy_function),
    "models.auto.auto_factory.insert_head_doc": _constant("insert_head_doc", ""),
    "models.auto.auto_factory.replace_list_option_in_docstrings": Native("docstrings", _with_options),
    "models.auto.configuration_auto.replace_list_option_in_docstrings": Native("docstrings", _with_options),
    "utils.generic.is_tensor": Native("is_tensor", _is_tensor),
    "utils.generic._register_model_output_pytree_node": Native("register pytree", _nothing),
    "integrations.hub_kernels.use_kernel_forward_from_hub": Native("use_kernel_forward_from_hub", _with_options),
    "integrations.hub_kernels.use_kernel_func_from_hub": Native("use_kernel_func_from_hub", _with_options),
    "integrations.hub_kernels.use_kernelized_func": Native("use_kernelized_func", _with_options),
    "integrations.hub_kernels.lazy_load_kernel": _constant("lazy_load_kernel", None),
    "integrations.hub_kernels.load_and_register_attn_kernel": Native("load_kernel", _nothing),
    "modeling_utils.PreTrainedModel.init_weights": Native("PreTrainedModel.init_weights", _init_weights),
    "modeling_utils.PreTrainedModel.initialize_weights": Native("initialize_weights", _nothing),
    "modeling_utils.PreTrainedModel._initialize_weights": Native("initialize_weights", _nothing),
    "modeling_utils.PreTrainedModel.init_parallel_plans": Native("init_parallel_plans", _nothing),
    "modeling_utils.PreTrainedModel._backward_compatibility_gradient_checkpointing": Native("checkpointing", _nothing),
    "modeling_utils.PreTrainedModel.can_generate": _constant("can_generate", False),
    "modeling_utils.PreTrainedModel._check_and_adjust_attn_implementation": Native(
        "check_attention", _attention_implementation
    ),
    "modeling_utils.PreTrainedModel._check_and_adjust_experts_implementation": Native(
        "check_experts", _attention_implementation
    ),
    "modeling_utils.PreTrainedModel._autoset_attn_implementation": Native("autoset_attention", _given_config),
    "modeling_utils.local_torch_dtype": Native("local_torch_dtype", _context),
    "modeling_utils.is_local_dist_rank_0": _constant("is_local_dist_rank_0", False),
    "modeling_utils.is_fsdp_enabled": _constant("is_fsdp_enabled", False),
    "integrations.fsdp.is_fsdp_managed_module": _constant("is_fsdp_managed_module", False),
    "integrations.fsdp.is_fsdp_enabled": _constant("is_fsdp_enabled", False),
    "integrations.deepspeed.is_deepspeed_zero3_enabled": _constant("is_deepspeed_zero3_enabled", False),
    "deepspeed.is_deepspeed_zero3_enabled": _constant("is_deepspeed_zero3_enabled", False),
    "generation.configuration_utils.GenerationConfig._get_default_generation_params": _constant("defaults", {}),
    "generation.configuration_utils.GenerationConfig.from_model_config": Native("generation", _generation_config),
    "masking_utils._ignore_bidirectional_mask_sdpa": Native("_ignore_bidirectional_mask_sdpa", _mask_left_out),
    "monkey_patching.apply_patches": Native("apply_patches", _context),
    "utils.generic.maybe_autocast": Native("maybe_autocast", _context),
    "configuration_utils.PreTrainedConfig._get_generation_parameters": _constant("generation parameters", {}),
    "pytorch_utils.is_torch_greater_or_equal_than_1_13": _constant("version", True),
}
EXACT = {PREFIX + name: native for name, native in FUNCTIONS.items() if not name.endswith("*")}
BEGINNINGS = tuple((PREFIX + name[:-1], native) for name, native in FUNCTIONS.items() if name.endswith("*"))


def override(qualified_name: str) -> Native | None:
    """The description that replaces a function of the library, None where the source itself is interpreted.

    It may give ``NotImplemented``: then the source is interpreted after all.
    """
    if not qualified_name.startswith(PREFIX):
        return None
    found = EXACT.get(qualified_name)
    if found is not None:
        return found
    for beginning, native in BEGINNINGS:
        if qualified_name.startswith(beginning) and "." not in qualified_name[len(beginning) :]:
            return native
    return None
