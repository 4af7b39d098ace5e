"""Which class represents a model type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from analyzer.names.entries import ModelEntry
from analyzer.names.imports import Definition

_ORDER = (
    "CAUSAL_LM",
    "IMAGE_TEXT_TO_TEXT",
    "VISION_2_SEQ",
    "MULTIMODAL_LM",
    "SEQ_TO_SEQ_CAUSAL_LM",
    "SPEECH_SEQ_2_SEQ",
    "MASKED_LM",
    "OBJECT_DETECTION",
    "ZERO_SHOT_OBJECT_DETECTION",
    "UNIVERSAL_SEGMENTATION",
    "INSTANCE_SEGMENTATION",
    "SEMANTIC_SEGMENTATION",
    "IMAGE_SEGMENTATION",
    "MASK_GENERATION",
    "DEPTH_ESTIMATION",
    "KEYPOINT_DETECTION",
    "KEYPOINT_MATCHING",
    "IMAGE_TO_IMAGE",
    "CAUSAL_IMAGE_MODELING",
    "IMAGE_CLASSIFICATION",
    "ZERO_SHOT_IMAGE_CLASSIFICATION",
    "VIDEO_CLASSIFICATION",
    "CTC",
    "RNNT",
    "TDT",
    "TEXT_TO_SPECTROGRAM",
    "TEXT_TO_WAVEFORM",
    "AUDIO_CLASSIFICATION",
    "TIME_SERIES_PREDICTION",
    "TABLE_QUESTION_ANSWERING",
    "VISUAL_QUESTION_ANSWERING",
    "DOCUMENT_QUESTION_ANSWERING",
    "SEQUENCE_CLASSIFICATION",
    "QUESTION_ANSWERING",
    "TOKEN_CLASSIFICATION",
)
"""Causal language models, conditional generation and encoder-decoders, masked language models, then the task that a
modality is best known for. After these come the base model, other tasks, backbones, and classes without a mapping."""

_RANKS = {f"MODEL_FOR_{task}_MAPPING_NAMES": rank for rank, task in enumerate(_ORDER)}
_BASE = len(_ORDER)
_OTHER = _BASE + 1
_FEATURES = _BASE + 2
_NONE = _BASE + 3
_KNOWN = {**_RANKS, "MODEL_MAPPING_NAMES": _BASE, "MODEL_FOR_BACKBONE_MAPPING_NAMES": _FEATURES}


_TEXT = frozenset(
    f"MODEL_FOR_{task}_MAPPING_NAMES" for task in ("CAUSAL_LM", "IMAGE_TEXT_TO_TEXT", "MULTIMODAL_LM", "VISION_2_SEQ")
)


def writes_text(mappings: Iterable[str]) -> bool:
    """Whether mappings lead to a class as one of causal language models, with or without other towers."""
    return not _TEXT.isdisjoint(mappings)


def rank(mappings: Iterable[str]) -> int:
    """The smaller, the more a class that these mappings lead to represents its model type."""
    return min((_KNOWN.get(mapping, _OTHER) for mapping in mappings), default=_NONE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A class that may represent its model type.

    ``towers`` are the parts of the architecture that it holds, ``built`` the modules that its constructor names;
    ``own`` tells a class of the type's own package from a borrowed one, ``whole`` one that takes the type's
    configuration from one that takes a part of it.
    """

    entry: ModelEntry
    cls: Definition
    towers: frozenset[Definition]
    built: frozenset[Definition]
    own: bool
    whole: bool


def main_of(candidates: Sequence[Candidate], part: bool) -> ModelEntry | None:
    """The entry that represents the model type that all ``candidates`` have.

    Of the classes that hold the most of the architecture the mappings decide; among classes that no mapping leads to,
    the one that is built by none of the others. Of equals the one that is listed first. A base model yields to the
    class that puts its head on it, unless the type is only ever a ``part`` of other models.
    """
    used = frozenset[Definition]().union(*(one.built for one in candidates))
    wholes = {one.cls for one in candidates if one.whole}
    own = _preferred(candidates, lambda one: one.own)
    largest = _largest(_preferred(own, lambda one: one.whole or not wholes.isdisjoint(one.towers)))
    chosen = min(largest, key=lambda one: (rank(one.entry.mappings), one.cls in used), default=None)
    if chosen is not None and rank(chosen.entry.mappings) == _BASE and not part:
        chosen = _completed(chosen, largest)
    return None if chosen is None else chosen.entry


def _completed(base: Candidate, candidates: Sequence[Candidate]) -> Candidate:
    """The class that completes a base model; the base model where there is none, or several of equal standing."""
    ranked = [(rank(one.entry.mappings), one) for one in candidates if base.cls in one.built]
    best = min((place for place, _ in ranked if place != _FEATURES), default=_NONE)
    first = [one for place, one in ranked if place == best]
    return first[0] if len(first) == 1 else base


def _preferred(candidates: Sequence[Candidate], test: Callable[[Candidate], bool]) -> Sequence[Candidate]:
    """Those that pass; all where none does."""
    return [one for one in candidates if test(one)] or candidates


def _largest(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those whose towers are not a part of another's."""
    return [one for one in candidates if not any(one.towers < other.towers for other in candidates)]
