"""Records what torch's own counter says that models cost: ``python -m tests.live.record_flops``.

Every model is built by transformers with a small configuration and called twice: with a context, and with one more
token and the cache of the first call. ``torch.utils.flop_counter.FlopCounterMode`` counts both calls. Attention is
eager, and so are the experts: what the code itself computes. Needs ``.[live]``.
"""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

RECORD = Path(__file__).parents[1] / "truth" / "data" / "flops.json"
BATCH, CONTEXT = 3, 16
_NARROW = {
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "vocab_size": 160,
}
_GROUPED = {**_NARROW, "num_key_value_heads": 2, "pad_token_id": 0}
_EXPERTS = {**_GROUPED, "head_dim": 16, "moe_intermediate_size": 48, "num_experts": 8, "num_experts_per_tok": 2}
_STACKS = {"d_model": 64, "encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 4, "vocab_size": 160}
_STACKS |= {"decoder_attention_heads": 4, "encoder_ffn_dim": 96, "decoder_ffn_dim": 96, "pad_token_id": 0}
_NEOX = {**_NARROW, "bos_token_id": 0, "eos_token_id": 1}
MODELS: dict[str, tuple[str, dict[str, Any]]] = {
    "llama": ("LlamaForCausalLM", _GROUPED),
    "mistral": ("MistralForCausalLM", {**_GROUPED, "sliding_window": 8}),
    "mixtral": ("MixtralForCausalLM", {**_GROUPED, "num_local_experts": 8}),
    "qwen3": ("Qwen3ForCausalLM", {**_GROUPED, "head_dim": 16}),
    "qwen3_moe": ("Qwen3MoeForCausalLM", _EXPERTS),
    "gemma2": ("Gemma2ForCausalLM", {**_GROUPED, "head_dim": 16, "sliding_window": 8}),
    "phi3": ("Phi3ForCausalLM", _GROUPED),
    "olmo2": ("Olmo2ForCausalLM", _GROUPED),
    "cohere": ("CohereForCausalLM", _GROUPED),
    "deepseek_v3": (
        "DeepseekV3ForCausalLM",
        {
            **_GROUPED,
            "num_key_value_heads": 4,
            "moe_intermediate_size": 48,
            "n_routed_experts": 8,
            "num_experts_per_tok": 2,
            "n_group": 2,
            "topk_group": 1,
            "first_k_dense_replace": 1,
            "n_shared_experts": 1,
            "kv_lora_rank": 16,
            "q_lora_rank": 24,
            "qk_rope_head_dim": 8,
            "qk_nope_head_dim": 16,
            "v_head_dim": 16,
        },
    ),
    "gpt2": ("GPT2LMHeadModel", {"n_embd": 64, "n_layer": 2, "n_head": 4, "vocab_size": 160}),
    "gpt_neox": ("GPTNeoXForCausalLM", _NEOX),
    "opt": ("OPTForCausalLM", {**_NARROW, "ffn_dim": 96, "word_embed_proj_dim": 48}),
    "falcon": ("FalconForCausalLM", _NEOX),
    "mamba2": (
        "Mamba2ForCausalLM",
        {
            "hidden_size": 64,
            "num_hidden_layers": 2,
            "vocab_size": 160,
            "num_heads": 8,
            "head_dim": 16,
            "state_size": 16,
            "n_groups": 2,
            "chunk_size": 8,
        },
    ),
    "qwen3_next": (
        "Qwen3NextForCausalLM",
        {
            **_EXPERTS,
            "num_hidden_layers": 4,
            "shared_expert_intermediate_size": 48,
            "linear_num_key_heads": 2,
            "linear_num_value_heads": 4,
            "linear_key_head_dim": 16,
            "linear_value_head_dim": 16,
        },
    ),
    "bert": ("BertForMaskedLM", _NARROW),
    "t5": ("T5ForConditionalGeneration", {"d_model": 64, "d_ff": 96, "d_kv": 16, "num_layers": 2, "num_heads": 4}),
    "bart": ("BartForConditionalGeneration", _STACKS),
    "whisper": ("WhisperForConditionalGeneration", {**_STACKS, "max_source_positions": 1500}),
    "vit": ("ViTForImageClassification", {**_NARROW, "image_size": 32, "patch_size": 8}),
    "convnext": (
        "ConvNextForImageClassification",
        {"hidden_sizes": [16, 24, 32, 40], "depths": [1, 1, 2, 1], "image_size": 64},
    ),
}
"""Model types with their classes and the fields that make them small."""


def main() -> None:
    import torch
    import transformers

    torch.manual_seed(0)
    found = {}
    for name, (class_name, fields) in MODELS.items():
        found[name] = {"class": class_name, "fields": fields, **_counted(getattr(transformers, class_name), fields)}
        print(name, {key: value for key, value in found[name].items() if key != "fields"}, flush=True)
    versions = f"torch {torch.__version__}, transformers {transformers.__version__}"
    how = f"FlopCounterMode of {versions}, eager attention and experts"
    record = {"how": how, "batch": BATCH, "context": CONTEXT, "models": found}
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def _counted(model_class: Any, fields: dict[str, Any]) -> dict[str, object]:
    from torch import no_grad
    from torch.utils.flop_counter import FlopCounterMode

    config = model_class.config_class(**fields)
    config._attn_implementation = "eager"
    config._experts_implementation = "eager"
    model = model_class(config).eval()
    inputs, step = _inputs(model, config)
    with no_grad(), FlopCounterMode(display=False) as first:
        output = model(**inputs)
    if step is None:
        return {"prefill": first.get_total_flops(), "step": None}
    with no_grad(), FlopCounterMode(display=False) as second:
        model(**step, **_carried(model, output))
    return {"prefill": first.get_total_flops(), "step": second.get_total_flops()}


def _inputs(model: Any, config: Any) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The arguments of the first call, and those of the second beside what is kept."""
    from torch import randint, randn

    tokens, one = randint(2, 100, (BATCH, CONTEXT)), randint(2, 100, (BATCH, 1))
    name = model.main_input_name
    if name == "pixel_values":
        return {"pixel_values": randn(BATCH, 3, config.image_size, config.image_size)}, None
    if name == "input_features":
        sound = randn(BATCH, config.num_mel_bins, 2 * config.max_source_positions)
        return {"input_features": sound, "decoder_input_ids": tokens}, {"decoder_input_ids": one}
    if config.is_encoder_decoder:
        return {"input_ids": tokens, "decoder_input_ids": tokens}, {"decoder_input_ids": one}
    keeps = {"past_key_values", "cache_params"} & set(inspect.signature(model.forward).parameters)
    return {"input_ids": tokens}, {"input_ids": one} if keeps else None


def _carried(model: Any, output: Any) -> dict[str, Any]:
    names = inspect.signature(model.forward).parameters
    kept = {name: output[name] for name in ("past_key_values", "cache_params") if name in names and name in output}
    if "encoder_last_hidden_state" in output:
        kept["encoder_outputs"] = (output["encoder_last_hidden_state"],)
    return kept


if __name__ == "__main__":
    main()
