"""Names of Python, torch and transformers. A program that has them renamed means something else."""

HOOKS = frozenset(
    {
        *("forward", "extra_repr", "reset_parameters", "train", "eval", "to", "apply", "half", "float", "cuda", "cpu"),
        *("post_init", "init_weights", "_init_weights", "tie_weights", "resize_token_embeddings", "_from_config"),
        *("get_input_embeddings", "set_input_embeddings", "get_output_embeddings", "set_output_embeddings"),
        *("get_encoder", "get_decoder", "set_decoder", "set_encoder", "prepare_inputs_for_generation"),
        *("_reorder_cache", "_prune_heads", "compute_default_rope_parameters", "dummy_inputs", "loss_function"),
        *("_prepare_cache_for_generation", "_update_model_kwargs_for_generation", "_get_initial_cache_position"),
        *("prepare_decoder_input_ids_from_labels", "create_masks_for_generate", "can_generate"),
    }
)
"""Methods that a library calls or defines."""

ATTRIBUTES = frozenset(
    {
        *("config", "training", "weight", "bias", "dtype", "device", "shape", "data", "grad", "requires_grad", "T"),
        *("in_features", "out_features", "num_embeddings", "embedding_dim", "padding_idx", "normalized_shape", "eps"),
        *("kernel_size", "stride", "padding", "dilation", "groups", "in_channels", "out_channels", "inplace", "p"),
        *("gradient_checkpointing", "_gradient_checkpointing_func", "layer_idx", "is_causal", "num_key_value_groups"),
        *("sliding_window", "inv_freq", "original_inv_freq", "rope_type", "attention_scaling"),
        *("max_seq_len_cached", "original_max_seq_len", "rope_init_fn", "loss_type", "generation_config", "name"),
        *("last_hidden_state", "hidden_states", "attentions", "logits", "loss", "past_key_values", "pooler_output"),
        *("cross_attentions", "encoder_last_hidden_state", "image_hidden_states", "router_logits", "aux_loss"),
    }
)
"""Attributes that library code reads or that objects of a library have."""

PARAMETERS = frozenset(
    {
        *("input_ids", "attention_mask", "position_ids", "past_key_values", "past_key_value", "inputs_embeds"),
        *("labels", "use_cache", "cache_position", "logits_to_keep", "token_type_ids", "head_mask", "return_dict"),
        *("output_attentions", "output_hidden_states", "output_router_logits", "decoder_input_ids", "encoder_outputs"),
        *("decoder_attention_mask", "decoder_inputs_embeds", "decoder_position_ids", "decoder_token_type_ids"),
        *("encoder_hidden_states", "encoder_attention_mask", "pixel_values", "pixel_mask", "pixel_values_videos"),
        *("input_features", "input_values", "image_grid_thw", "video_grid_thw", "bool_masked_pos", "layer_type"),
        *("config", "device", "dtype", "seq_len", "rope_type", "layer_past", "layer_idx", "mm_token_type_ids"),
    }
)
"""Arguments that library code passes or reads by name, those of the public call of a model among them."""

TENSOR_METHODS = frozenset(
    {
        *("abs", "add", "all", "amax", "amin", "any", "append", "argmax", "argmin", "baddbmm", "bmm", "bool"),
        *("chunk", "clamp", "clone", "contiguous", "copy", "copy_", "cos", "count", "cpu", "cumsum", "detach"),
        *("device", "diagonal", "dim", "div", "dtype", "endswith", "eq", "erf", "exp", "expand", "expand_as"),
        *("extend", "fill_", "flatten", "flip", "float", "floor", "format", "gather", "ge", "get", "gt"),
        *("half", "index", "index_add", "index_select", "insert", "int", "is_floating_point", "item", "items"),
        *("join", "keys", "le", "log", "logsumexp", "long", "lower", "lt", "masked_fill", "matmul", "max"),
        *("mean", "min", "mul", "multiply", "narrow", "ne", "neg", "new_ones", "new_tensor", "new_zeros"),
        *("nonzero", "norm", "normal_", "numel", "ones", "permute", "pop", "pow", "prod", "reciprocal", "relu"),
        *("repeat", "repeat_interleave", "replace", "reshape", "roll", "round", "rsqrt", "scatter", "scatter_"),
        *("select", "shape", "sigmoid", "sign", "sin", "size", "softmax", "sort", "split", "sqrt", "square"),
        *("squeeze", "stack", "startswith", "std", "stride", "strip", "sub", "sum", "swapaxes", "t", "tanh"),
        *("to", "tolist", "topk", "transpose", "tril", "triu", "type", "unbind", "unflatten", "unfold"),
        *("uniform_", "unique", "unsqueeze", "update", "upper", "values", "var", "view", "where", "zero_"),
        *("zeros",),
    }
)
"""Members of tensors, containers and strings. The object decides whether such a name is a model's own attribute."""

LIBRARY_READS_MEMBERS = frozenset({"use_experts_implementation"})
"""Class decorators whose code reads the members of what they decorate."""

PATH_ATTRIBUTES = frozenset(
    {
        *("_tied_weights_keys", "_keep_in_fp32_modules", "_keep_in_fp32_modules_strict", "base_model_prefix"),
        *("_keys_to_ignore_on_load_missing", "_keys_to_ignore_on_load_unexpected", "_input_embed_layer"),
        *("_keys_to_ignore_on_save", "_no_split_modules", "_skip_keys_device_placement"),
    }
)
"""Class attributes whose strings are paths of modules."""

BY_STRING = frozenset({"getattr", "setattr", "hasattr", "delattr"})
REGISTERING = frozenset({"register_buffer", "register_parameter", "add_module", "register_module", "__setattr__"})


def is_foreign(identifier: str) -> bool:
    """Whether a variable or attribute of this name holds an object of a library: a configuration, cache or output."""
    return identifier.lower().endswith("config") or is_answer(identifier)


def is_answer(identifier: str) -> bool:
    """Whether a variable or attribute of this name holds a cache or an output, which the program's classes extend."""
    word = identifier.lower()
    return word.endswith(("cache", "outputs", "output")) or "past_key_value" in word


def is_dunder(name: str) -> bool:
    """Whether Python gives ``name`` its meaning, or mangles it."""
    return name.startswith("__") or not name.strip("_")
