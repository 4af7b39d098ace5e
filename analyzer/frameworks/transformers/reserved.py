"""Names that transformers calls, reads or passes."""

from __future__ import annotations

from analyzer.library.reserved import ReservedNames

RESERVED = ReservedNames(
    methods=frozenset(
        {
            *("post_init", "init_weights", "_init_weights", "tie_weights", "resize_token_embeddings", "_from_config"),
            *("get_input_embeddings", "set_input_embeddings", "get_output_embeddings", "set_output_embeddings"),
            *("get_encoder", "get_decoder", "set_decoder", "set_encoder", "prepare_inputs_for_generation"),
            *("_reorder_cache", "_prune_heads", "compute_default_rope_parameters", "dummy_inputs", "loss_function"),
            *("_prepare_cache_for_generation", "_update_model_kwargs_for_generation", "_get_initial_cache_position"),
            *("prepare_decoder_input_ids_from_labels", "create_masks_for_generate", "can_generate"),
        }
    ),
    attributes=frozenset(
        {
            *("config", "generation_config", "loss_type", "gradient_checkpointing", "_gradient_checkpointing_func"),
            *("layer_idx", "is_causal", "num_key_value_groups", "sliding_window", "inv_freq", "original_inv_freq"),
            *("rope_type", "attention_scaling", "max_seq_len_cached", "original_max_seq_len", "rope_init_fn"),
            *("last_hidden_state", "hidden_states", "attentions", "logits", "loss", "past_key_values", "pooler_output"),
            *("cross_attentions", "encoder_last_hidden_state", "image_hidden_states", "router_logits", "aux_loss"),
        }
    ),
    parameters=frozenset(
        {
            *("input_ids", "attention_mask", "position_ids", "past_key_values", "past_key_value", "inputs_embeds"),
            *("labels", "use_cache", "cache_position", "logits_to_keep", "token_type_ids", "head_mask", "return_dict"),
            *("output_attentions", "output_hidden_states", "output_router_logits", "decoder_input_ids"),
            *("encoder_outputs", "decoder_attention_mask", "decoder_inputs_embeds", "decoder_position_ids"),
            *("decoder_token_type_ids", "encoder_hidden_states", "encoder_attention_mask", "pixel_values"),
            *("pixel_mask", "pixel_values_videos", "input_features", "input_values", "image_grid_thw"),
            *("video_grid_thw", "bool_masked_pos", "layer_type", "config", "seq_len", "rope_type", "layer_past"),
            *("layer_idx", "mm_token_type_ids"),
        }
    ),
    paths=frozenset(
        {
            *("_tied_weights_keys", "_keep_in_fp32_modules", "_keep_in_fp32_modules_strict", "base_model_prefix"),
            *("_keys_to_ignore_on_load_missing", "_keys_to_ignore_on_load_unexpected", "_input_embed_layer"),
            *("_keys_to_ignore_on_save", "_no_split_modules", "_skip_keys_device_placement"),
        }
    ),
    reading_decorators=frozenset({"use_experts_implementation"}),
    configurations=("config",),
    results=("cache", "outputs", "output"),
    result_words=("past_key_value",),
)
