"""What processors and tokenizers hand to ``forward``, by the names of its arguments.

These names are the public interface between processors and models: every family of models keeps to them. Sizes come
from the configuration where it declares them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import numpy as np

from analyzer.graph import Dtype, ExtraInputs
from analyzer.library.inputs import (
    BATCH,
    IMAGE_SIZE,
    SEQUENCE,
    TARGET_SEQUENCE,
    Form,
    HandedOn,
    InputConventions,
    InputSpec,
    Signature,
    Sizes,
)
from analyzer.values import Array

PATCHES = 16
SAMPLES = 15_360
"""About a second; a number that most strides divide."""
FRAMES = 64


def _tokens(signature: Signature) -> InputSpec:
    return Dtype.INT64, (BATCH, SEQUENCE)


def _targets(signature: Signature) -> InputSpec:
    return Dtype.INT64, (BATCH, TARGET_SEQUENCE)


def channels(fields: Sizes) -> int:
    """Channels of an image, three by default."""
    return fields.integer("num_channels", "in_channels", "in_chans") or 3


def image(signature: Signature) -> InputSpec:
    """Pixels of one image, or of its patches where the signature tells that images arrive as patches of any number."""
    fields = signature.fields
    if signature.takes("spatial_shapes", "pixel_position_ids", "image_position_ids"):
        return Dtype.FLOAT32, (BATCH, PATCHES, channels(fields) * _side(fields) ** 2)
    height, width = fields.pair("image_size", "img_size", "input_size", "crop_size") or (IMAGE_SIZE, IMAGE_SIZE)
    return Dtype.FLOAT32, (BATCH, channels(fields), height, width)


def _video(signature: Signature) -> InputSpec:
    frames = signature.fields.integer("num_frames", "frames_per_clip") or 16
    batch, colours, height, width = image(Signature((), signature.fields))[1]
    return Dtype.FLOAT32, (batch, frames, colours, height, width)


def _wave(signature: Signature) -> InputSpec:
    return Dtype.FLOAT32, (BATCH, SAMPLES)


def _features(signature: Signature) -> InputSpec:
    """Log-mel spectrogram: frames of bins, or bins of frames where the encoder counts its positions in frames."""
    fields = signature.fields
    bins = _bins(fields)
    positions = fields.integer("max_source_positions")
    if fields.integer("num_mel_bins") is not None and positions == 1500:
        return Dtype.FLOAT32, (BATCH, bins, 2 * positions)
    return Dtype.FLOAT32, (BATCH, FRAMES, bins)


def _bins_first(signature: Signature) -> InputSpec:
    kind, shape = _features(signature)
    return kind, (shape[0], *reversed(shape[1:]))


def packed_features(signature: Signature) -> InputSpec:
    """Log-mel spectrograms one behind the other: bins of the frames of all."""
    return Dtype.FLOAT32, (_bins(signature.fields), BATCH * FRAMES)


def _bins(fields: Sizes) -> int:
    return fields.integer("num_mel_bins", "input_feat_per_channel", "feature_size", "input_dim") or 80


def _patch_images(signature: Signature) -> InputSpec:
    side = _side(signature.fields)
    return Dtype.FLOAT32, (PATCHES, channels(signature.fields), side, side)


def embeddings(signature: Signature) -> InputSpec:
    """Vectors of the model's width."""
    width = signature.fields.integer("hidden_size", "d_model", "n_embd", "embed_dim", "dim", "hidden_dim") or 64
    return Dtype.FLOAT32, (BATCH, SEQUENCE, width)


def _encoded(signature: Signature) -> InputSpec:
    width = signature.fields.integer("encoder_hidden_size", "cross_attention_hidden_size", "cross_hidden_size")
    return Dtype.FLOAT32, (BATCH, SEQUENCE, width or embeddings(signature)[1][-1])


def _boxes(signature: Signature) -> InputSpec:
    return Dtype.INT64, (BATCH, SEQUENCE, 4)


def _grid(signature: Signature) -> InputSpec:
    return Dtype.INT64, (1, 3)


def _side(fields: Sizes) -> int:
    return fields.integer("patch_size", "model_patch_size") or 14


def packed(signature: Signature) -> InputSpec:
    """Packed patches of one image, each flat: channels, frames and pixels."""
    fields = signature.fields
    frames = fields.integer("temporal_patch_size") or 1
    return Dtype.FLOAT32, (PATCHES, channels(fields) * frames * _side(fields) ** 2)


def _patch_positions(signature: Signature) -> InputSpec:
    return Dtype.INT64, (BATCH, PATCHES, 2)


def _patch_mask(signature: Signature) -> InputSpec:
    if signature.takes("spatial_shapes"):
        return Dtype.INT64, (BATCH, PATCHES)
    return Dtype.INT64, (BATCH, *image(signature)[1][-2:])


def _pairs(signature: Signature) -> InputSpec:
    return Dtype.INT64, (BATCH, 2)


def _feature_mask(signature: Signature) -> InputSpec:
    shape = _features(signature)[1]
    return Dtype.INT64, (BATCH, max(shape[1:]) if shape[1] != FRAMES else FRAMES)


CONVENTIONS: Mapping[str, Form] = {
    "input_ids": _tokens,
    "decoder_input_ids": _targets,
    "attention_mask": _tokens,
    "decoder_attention_mask": _targets,
    "token_type_ids": _tokens,
    "position_ids": _tokens,
    "pixel_values": image,
    "pixel_values_videos": _video,
    "pixel_mask": _patch_mask,
    "pixel_attention_mask": _patch_mask,
    "pixel_position_ids": _patch_positions,
    "image_position_ids": _patch_positions,
    "spatial_shapes": _pairs,
    "image_sizes": _pairs,
    "input_values": _wave,
    "input_features": _features,
    "input_features_mask": _feature_mask,
    "inputs_embeds": embeddings,
    "hidden_states": embeddings,
    "encoder_hidden_states": _encoded,
    "bbox": _boxes,
    "audio_values": _wave,
    "grid_thw": _grid,
    "image_grid_thw": _grid,
}
_IMAGES = (image, _video, _patch_images, packed)
ALTERNATIVES: Mapping[str, tuple[Form, ...]] = {
    "": _IMAGES,
    "pixel_values": _IMAGES,
    "hidden_states": (packed,),
    "input_features": (_bins_first,),
}
"""Other forms that the same name has in some families; an input that nothing is said of may be images."""
MAIN_NAMES = ("input_ids", "pixel_values", "input_features", "input_values", "inputs_embeds")
"""Of several optional inputs, the one that a call is made with first."""
OPTIONAL_NAMES = (*MAIN_NAMES[:-1], "decoder_input_ids", "encoder_hidden_states", "bbox", "grid_thw", "image_grid_thw")
"""Optional inputs that a call is made with when it does not run without."""
EXTRA_INPUTS: Mapping[ExtraInputs, tuple[str, ...]] = {
    ExtraInputs.MASKS: ("attention_mask", "decoder_attention_mask"),
    ExtraInputs.POSITIONS: ("position_ids",),
}
"""Optional inputs that say more of the tokens."""
GENERATED_NAMES = ("decoder_input_ids", "input_ids")
"""The input that generation gives a token at a time: that of the decoder where there is one."""
HANDED_ON: Mapping[str, HandedOn] = {
    "encoder_last_hidden_state": HandedOn(
        "encoder_outputs", ("transformers.modeling_outputs", "BaseModelOutput"), "last_hidden_state"
    )
}
"""What generation computes once and passes to every step."""
SPOKEN = ("input_values", "audio", "wave", "sound")
SPECTRA = ("spectrogram", "mel")
VECTORS = ("embeds", "embeddings", "states", "features")
WHOLE_NUMBERS = ("ids", "idx", "index", "indices", "labels", "label", "codes", "code", "thw", "lens", "lengths", "mask")


_REDUNDANT = re.compile(r"^(?!.*pos).*embeds$|labels$|^past_key|^encoder_outputs$|^head_mask$|noise|_cache$")
_SWITCH = re.compile(r"^(output|return|use|is|do)_|_only$")


def is_redundant(name: str) -> bool:
    """Whether a tensor stands for something that is given already, or only training needs it."""
    return _REDUNDANT.search(name) is not None


def is_switch(name: str) -> bool:
    """Whether an argument turns something on."""
    return _SWITCH.search(name) is not None


def tokens(name: str) -> str:
    """The input with the tokens that the input ``name`` says more about."""
    return "decoder_input_ids" if name.startswith("decoder_") else "input_ids"


def companions(chosen: Collection[str], main: str | None, signature: Signature) -> list[str]:
    """Inputs that belong with ``chosen`` ones: the decoder's tokens, and text for a model that reads images too."""
    found = []
    if signature.takes("decoder_input_ids") and signature.fields.flag("is_encoder_decoder"):
        found.append("decoder_input_ids")
    both = signature.takes("input_ids") and signature.takes("attention_mask")
    if "pixel_values" in chosen and both and main != "pixel_values":
        found.append("input_ids")
    return found


_GRIDS = {"hidden_states": "", "pixel_values": "", "pixel_values_videos": "video_grid_thw"}
"""Inputs that are packed if a grid is given, and the grid if it has to be one of its own."""


def adjusted(given: Mapping[str, InputSpec], signature: Signature, by_documentation: bool) -> dict[str, InputSpec]:
    """The forms of ``given`` inputs that depend on which others are given: packed ones, the mask of the main one."""
    found: dict[str, InputSpec] = {}
    if any(name.endswith("grid_thw") for name in given):
        images = packed(signature)
        found |= {name: images for name, grid in _GRIDS.items() if name in given and (not grid or grid in given)}
    if "feature_lens" in given and "input_features" in given:
        found["input_features"] = packed_features(signature)
    if by_documentation and "attention_mask" in given and not {"input_ids", "inputs_embeds"} & given.keys():
        main = next(iter({**given, **found}.values()))
        found["attention_mask"] = (given["attention_mask"][0], main[1][:2])
    return found


def by_name(name: str, signature: Signature) -> InputSpec:
    """The form of an input that nothing is said about, from the last word of its name."""
    last = name.rpartition("_")[2]
    match last:
        case "thw":
            return _grid(signature)
        case "lens" | "lengths" | "length":
            return Dtype.INT64, (BATCH,)
        case "sizes" | "shapes":
            return _pairs(signature)
        case _ if last in SPECTRA:
            return _features(signature)
    return (Dtype.INT64, (BATCH, SEQUENCE)) if last in WHOLE_NUMBERS else embeddings(signature)


def is_wave(name: str) -> bool:
    """Whether an input is a waveform: samples of sound, not their codes, masks or features."""
    other = (*WHOLE_NUMBERS, *VECTORS, *SPECTRA)
    return any(word in name for word in SPOKEN) and name.rpartition("_")[2] not in other


def undescribed(name: str, signature: Signature) -> InputSpec:
    """The form of inputs where nothing at all is said of any: tokens, unless the name says otherwise."""
    last = name.rpartition("_")[2]
    return by_name(name, signature) if last in VECTORS else _tokens(signature)


def element_type(name: str, documented: str) -> Dtype:
    """The element type from the documentation (``long``, ``bool``, ``float``), else from the last word of the name."""
    match documented:
        case "long" | "int":
            return Dtype.INT64
        case "bool":
            return Dtype.BOOL
        case "float" | "half":
            return Dtype.FLOAT32
    return Dtype.INT64 if name.rpartition("_")[2] in (*WHOLE_NUMBERS, "sizes", "shapes") else Dtype.FLOAT32


def numbers(
    name: str, spec: InputSpec, others: Mapping[str, InputSpec], fields: Sizes, padded: bool = False
) -> Array | None:
    """Numbers of inputs that say how the others are to be read; None for those that are data.

    Nothing is padding (masks of ones, full lengths), but the end of the last row where something is ``padded``.
    Positions count up, grids and sizes cover what is given with them.
    """
    dtype, shape = spec
    if name.endswith("mask") and not dtype.is_floating:
        mask: Array = np.ones(shape, dtype=np.bool_ if dtype is Dtype.BOOL else np.int64)
        mask.flat[-1:] = not padded
        return mask
    if dtype.is_floating or not shape:
        return None
    if name.endswith("grid_thw") and len(shape) == 2:
        return _covering(name, shape, others)
    if name.endswith(("_lens", "_lengths")) and len(shape) == 1:
        return _whole_lengths(name, shape[0], others)
    sides = others["pixel_values"][1][-2:] if "pixel_values" in others else ()
    if name.startswith("target_sizes") and len(sides) == 2 and shape[-1] == 2:
        return np.broadcast_to(np.array(sides, dtype=np.int64) // _side(fields), shape).copy()
    if name == "merge_sizes":
        return np.ones(shape, dtype=np.int64)
    if name == "spatial_shapes" and shape[-1] == 2:
        return np.broadcast_to(_near_square(PATCHES), shape).copy()
    if name in ("pixel_position_ids", "image_position_ids") and len(shape) == 3 and shape[-1] == 2:
        return np.broadcast_to(_positions(shape[1]), shape).copy()
    if name == "image_sizes" and len(sides) == 2 and shape[-1] == 2:
        return np.broadcast_to(np.array(sides, dtype=np.int64), shape).copy()
    return None


def _covering(name: str, shape: tuple[int, ...], others: Mapping[str, InputSpec]) -> Array:
    """A grid (time, height, width) an image that covers the patches given with it."""
    given = [other for other, (kind, sizes) in others.items() if kind.is_floating and sizes]
    # Of images and videos, each with a grid of its own, the patches of the same kind.
    given.sort(key=lambda other: ("video" in other) != ("video" in name))
    patches = others[given[0]][1][0] if given else PATCHES
    height, width = _near_square(max(1, patches // max(1, shape[0])))
    return np.tile(np.array([1, height, width], dtype=np.int64), (shape[0], 1))


def _whole_lengths(name: str, count: int, others: Mapping[str, InputSpec]) -> Array | None:
    """Lengths of ``count`` sequences: what the input of the same kind has, in equal parts if it is packed."""
    first = name.partition("_")[0]
    floating = {other: shape for other, (kind, shape) in others.items() if kind.is_floating and len(shape) > 1}
    kin = next((shape for other, shape in floating.items() if first in other), next(iter(floating.values()), None))
    if kin is None or not count:
        return None
    packed = kin[0] != count
    longest = max(kin) if packed else max(kin[1:])
    return np.full(count, longest // count if packed else longest, dtype=np.int64)


def _near_square(count: int) -> tuple[int, int]:
    side = max(1, round(count**0.5))
    return side, max(1, count // side)


def _positions(count: int) -> Array:
    """The column and row of each of ``count`` patches."""
    _, width = _near_square(count)
    index = np.arange(count, dtype=np.int64)
    return np.stack([index % width, index // width], axis=-1)


INPUTS = InputConventions(
    forms=CONVENTIONS,
    alternatives=ALTERNATIVES,
    main=MAIN_NAMES,
    optional=OPTIONAL_NAMES,
    extra_inputs=EXTRA_INPUTS,
    tokens=tokens,
    companions=companions,
    adjusted=adjusted,
    is_redundant=is_redundant,
    is_switch=is_switch,
    caching="use_cache",
    targets=frozenset({"decoder_input_ids"}),
    generated=GENERATED_NAMES,
    handed_on=HANDED_ON,
    by_name=by_name,
    undescribed=undescribed,
    is_wave=is_wave,
    element_type=element_type,
    numbers=numbers,
    samples=SAMPLES,
)
