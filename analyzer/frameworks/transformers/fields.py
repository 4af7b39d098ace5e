"""Fields that configurations of any model can have."""

INTERNAL = frozenset(
    {"id2label", "label2id", "transformers_version", "architectures", "problem_type", "model_type", "return_dict"}
)
"""Those that no model computes with."""
COMMON = frozenset(
    {
        *("architectures", "auto_map", "model_type", "torch_dtype", "dtype", "transformers_version", "name_or_path"),
        *("quantization_config", "task_specific_params", "problem_type", "return_dict", "output_attentions"),
        *("id2label", "label2id", "num_labels", "use_bfloat16", "torchscript", "pruned_heads", "tie_word_embeddings"),
        *("bos_token_id", "eos_token_id", "pad_token_id", "sep_token_id", "decoder_start_token_id", "is_decoder"),
        *("is_encoder_decoder", "add_cross_attention", "cross_attention_hidden_size", "chunk_size_feed_forward"),
        *("output_hidden_states", "use_return_dict", "use_cache", "attn_implementation", "rope_scaling", "rope_theta"),
        *("language", "finetuning_task", "gradient_checkpointing", "layer_types", "sliding_window"),
    }
)
"""Those that the configuration files of any model may have, whatever its class declares."""
