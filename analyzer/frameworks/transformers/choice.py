"""Which class represents a model type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analyzer.names.entries import ModelEntry

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
modality is best known for. The base model comes after these, whatever else leads to a class after that."""

_RANKS = {f"MODEL_FOR_{task}_MAPPING_NAMES": rank for rank, task in enumerate(_ORDER)}
_BASE = {"MODEL_MAPPING_NAMES": len(_ORDER)}


def rank(mappings: Iterable[str]) -> int:
    """The smaller, the more a class that these mappings lead to represents its model type."""
    known = {**_RANKS, **_BASE}
    return min((known.get(mapping, len(known)) for mapping in mappings), default=len(known) + 1)


def main_of(entries: Sequence[ModelEntry], uses: dict[str, frozenset[str]]) -> ModelEntry | None:
    """The entry that represents the model type that all ``entries`` have.

    Mappings decide; among classes that no mapping leads to, the one that is built by none of the others. ``uses`` are
    the names that a class's construction reads. Of equals the one that is listed first.
    """
    used = {name for entry in entries for name in uses.get(entry.class_name, ()) if name != entry.class_name}
    return min(entries, key=lambda entry: (rank(entry.mappings), entry.class_name in used), default=None)
