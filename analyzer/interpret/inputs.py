"""The inputs of the analysed call: what a processor or tokenizer of the library would hand to ``forward``.

The names are the library's conventions for model inputs. Sizes come from the configuration where it declares them;
batch and sequence length are witnesses that carry the symbols ``batch`` and ``seq``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analyzer.graph import Dtype, OpKind, TensorType
from analyzer.library.natives.inspection import parameters_of
from analyzer.values import Instance, ModuleInstance, Origin, Tensor, Value, plain, traced

if TYPE_CHECKING:
    from analyzer.interpret.machine import Machine

BATCH = 2
SEQUENCE = 7
TARGET_SEQUENCE = 6
PATCHES = 16
SYMBOLS = {0: "batch", 1: "seq"}
InputSpec = tuple[Dtype, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Plan:
    """The arguments of the analysed call: tensors by name with type and shape, and constants."""

    tensors: Mapping[str, InputSpec]
    constants: Mapping[str, Value]


def symbol(size: int, name: str) -> int:
    """A witness size that prints as ``name``."""
    return traced(size, Origin(name, frozenset(), frozenset({name})))  # type: ignore[return-value]


class Fields:
    """Lookup of configuration fields, in the configuration itself and in the ones nested in it."""

    def __init__(self, config: Instance | None) -> None:
        self._configs = [] if config is None else list(_all_configs(config, set()))

    def integer(self, *names: str) -> int | None:
        """The first of ``names`` that is an integer anywhere, outermost configuration first."""
        for name in names:
            for config in self._configs:
                value = config.attributes.get(name)
                if isinstance(value, list | tuple) and value:
                    value = value[0]
                if isinstance(value, int) and not isinstance(plain(value), bool):
                    return value
        return None

    def flag(self, name: str) -> bool:
        return any(bool(config.attributes.get(name)) for config in self._configs[:1])


def _all_configs(config: Instance, seen: set[int]) -> Iterator[Instance]:
    if id(config) in seen:
        return
    seen.add(id(config))
    yield config
    for value in config.attributes.values():
        if isinstance(value, Instance):
            yield from _all_configs(value, seen)


def _tokens(fields: Fields) -> InputSpec:
    return Dtype.INT64, (BATCH, SEQUENCE)


def _targets(fields: Fields) -> InputSpec:
    return Dtype.INT64, (BATCH, TARGET_SEQUENCE)


def _mask(fields: Fields) -> InputSpec:
    return Dtype.INT64, (BATCH, SEQUENCE)


def _image(fields: Fields) -> InputSpec:
    size = fields.integer("image_size", "img_size", "input_size", "crop_size") or 224
    return Dtype.FLOAT32, (BATCH, fields.integer("num_channels", "in_channels", "in_chans") or 3, size, size)


def _video(fields: Fields) -> InputSpec:
    frames = fields.integer("num_frames", "frames_per_clip") or 16
    batch, channels, height, width = _image(fields)[1]
    return Dtype.FLOAT32, (batch, frames, channels, height, width)


def _wave(fields: Fields) -> InputSpec:
    return Dtype.FLOAT32, (BATCH, 16000)


def _features(fields: Fields) -> InputSpec:
    bins = fields.integer("num_mel_bins", "input_feat_per_channel", "feature_size", "input_dim") or 80
    positions = fields.integer("max_source_positions")
    if fields.integer("num_mel_bins") is not None and positions == 1500:
        return Dtype.FLOAT32, (BATCH, bins, 2 * positions)
    return Dtype.FLOAT32, (BATCH, 64, bins)


def _embeddings(fields: Fields) -> InputSpec:
    width = fields.integer("hidden_size", "d_model", "n_embd", "embed_dim", "dim") or 64
    return Dtype.FLOAT32, (BATCH, SEQUENCE, width)


def _boxes(fields: Fields) -> InputSpec:
    return Dtype.INT64, (BATCH, SEQUENCE, 4)


def _grid(fields: Fields) -> InputSpec:
    return Dtype.INT64, (1, 3)


def _patches(fields: Fields) -> InputSpec:
    """Packed patches of one image, each flat: channels, frames and pixels."""
    channels = fields.integer("in_channels", "num_channels", "in_chans") or 3
    frames = fields.integer("temporal_patch_size") or 1
    side = fields.integer("patch_size") or 14
    return Dtype.FLOAT32, (PATCHES, channels * frames * side * side)


CONVENTIONS: dict[str, Callable[[Fields], InputSpec]] = {
    "input_ids": _tokens,
    "decoder_input_ids": _targets,
    "attention_mask": _mask,
    "token_type_ids": _tokens,
    "position_ids": _tokens,
    "pixel_values": _image,
    "pixel_values_videos": _video,
    "input_values": _wave,
    "input_features": _features,
    "inputs_embeds": _embeddings,
    "hidden_states": _embeddings,
    "bbox": _boxes,
    "audio_values": _wave,
    "grid_thw": _grid,
    "image_grid_thw": _grid,
}
MAIN_NAMES = ("input_ids", "pixel_values", "input_features", "input_values", "inputs_embeds")


def plan(machine: Machine, model: ModuleInstance, config: Instance | None) -> Plan:
    """Choose inputs from the signature of ``forward``, the class's main input name and the configuration."""
    parameters = parameters_of(machine.get_attribute(model, "forward"))
    names = [p.name for p in parameters if p.kind not in ("args", "kwargs")]
    required = [p.name for p in parameters if p.default is None and p.kind in ("plain", "positional", "keyword")]
    fields = Fields(config)
    chosen = [name for name in required if name in CONVENTIONS]
    main = machine.get_attribute(model, "main_input_name", None)
    if isinstance(main, str) and main in names and main in CONVENTIONS:
        chosen.append(str(plain(main)))
    if not chosen:
        chosen = [name for name in MAIN_NAMES if name in names][:1]
    if "decoder_input_ids" in names and (fields.flag("is_encoder_decoder") or "decoder_input_ids" in required):
        chosen.append("decoder_input_ids")
    if "pixel_values" in chosen and "input_ids" in names and "attention_mask" in names and main != "pixel_values":
        chosen.append("input_ids")
    tensors = {name: CONVENTIONS[name](fields) for name in dict.fromkeys(chosen)}
    if any(name.endswith("grid_thw") for name in tensors):
        tensors.update({name: _patches(fields) for name in ("hidden_states", "pixel_values") if name in tensors})
    rest = [name for name in required if name not in tensors]
    if rest and not tensors:
        tensors = {name: _tokens(fields) for name in rest}
    elif rest:
        tensors.update({name: _embeddings(fields) for name in rest})
    return Plan(tensors, {})


def make_inputs(machine: Machine, specs: Mapping[str, InputSpec]) -> dict[str, Tensor]:
    """One INPUT operation and tensor a name; leading sizes carry symbols, grids carry plausible numbers."""
    made = {}
    for name, (dtype, shape) in specs.items():
        sizes = tuple(_size(name, axis, size, shape) for axis, size in enumerate(shape))
        outputs = (TensorType(sizes, dtype),)
        op = machine.recorder.add(machine, OpKind.INPUT, "input", (), {"name": name}, outputs)
        made[name] = Tensor(sizes, dtype, op, 0, _numbers(name, shape, specs))
    return made


def _size(name: str, axis: int, size: int, shape: tuple[int, ...]) -> int:
    if axis == 0 and len(shape) > 1:
        return symbol(size, "batch")
    if axis == 1 and len(shape) in (2, 3) and shape[1] in (SEQUENCE, TARGET_SEQUENCE):
        return symbol(size, "seq" if name != "decoder_input_ids" else "target_seq")
    return size


def _numbers(name: str, shape: tuple[int, ...], specs: Mapping[str, InputSpec]) -> Value:
    """Numbers of inputs that are sizes: a grid (time, height, width) that covers the patches given with it."""
    if not name.endswith("grid_thw") or len(shape) != 2:
        return None
    patches = next((s[0] for n, (_, s) in specs.items() if n != name and len(s) == 2), 16)
    side = max(1, round((patches / max(1, shape[0])) ** 0.5))
    return np.tile(np.array([1, side, max(1, patches // shape[0] // side)], dtype=np.int64), (shape[0], 1))
