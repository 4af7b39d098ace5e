"""Known cases where a paper and the code of transformers part, found again by proof from the graph.

Each case is one model type, one trait and the verdicts that tell it: the claim contradicted (or left to the
configuration, where only the class's default misleads), the same in other words, or the omission listed. One of the
places shown must be the known one, within a few lines where a statement has several.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import msgspec
import pytest

from analyzer.api import SERVED
from analyzer.api.papers import subject_of
from analyzer.claims import ClaimSubject, PaperFile, Target, claims_files, divergences, read_paper, shipped_papers
from analyzer.engine import ModelOutcome, Packs, Settings, Task, TreeLocation, examine_each, opened
from analyzer.report import Divergence
from tests.corpus import pinned

WRONG = ("contradicted",)
SAME = ("equivalent",)
TRAP = ("contradicted", "configurable")
SILENT = ("unstated",)


@dataclass(frozen=True)
class Case:
    model: str
    trait: str
    verdicts: tuple[str, ...]
    file: str
    line: int
    value: object = None
    near: int = 3


def of(model: str, trait: str, verdicts: tuple[str, ...], where: str, value: object = None, near: int = 3) -> Case:
    """A case whose place is ``code:LINE`` or ``config:LINE`` of the model, or a file of the library."""
    file, _, line = where.partition(":")
    named = {"code": f"models/{model}/modeling_{model}.py", "config": f"models/{model}/configuration_{model}.py"}
    return Case(model, trait, verdicts, named.get(file, file), int(line), value, near)


CASES = {
    "d000": of("fsmt", "position.layout", WRONG, "code:1085", "half"),
    "d006": of("t5", "norm.type", SAME, "code:62", "rmsnorm"),
    "d007": of("t5", "mlp.activation", WRONG, "config:75", "gelu_tanh", 20),
    "d008": of("switch_transformers", "init.scheme", WRONG, "code:648", "normal", 40),
    "d009": of("opt", "norm.placement", SILENT, "code:229", "pre", 30),
    "d010": of("opt", "init.std", TRAP, "config:67", 0.02),
    "d011": of("opt", "position.offset", SILENT, "code:53", 2, 20),
    "d012": of("gpt2", "init.std", SILENT, "code:447"),
    "d016": of("bert", "norm.eps", SILENT, "config:55", 1e-12),
    "d017": of("bert", "dims.vocab", WRONG, "config:44", 30522),
    "d019": of("roberta", "position.offset", SILENT, "code:144", 2, 30),
    "d020": of("deberta", "attention.qkv_bias", WRONG, "code:159", "q,v", 100),
    "d021": of("deberta", "attention.scale", TRAP, "code:246", "inv_sqrt_head_dim"),
    "d028": of("falcon", "residual.topology", SILENT, "code:196", "shared_norm_parallel"),
    "d031": of("gpt_neox", "rope.layout", WRONG, "code:130", "half", 6),
    "d033": of("gpt_neo", "attention.scale", SILENT, "code:111", "none"),
    "d033-softmax": of("gpt_neo", "attention.softmax_dtype", SILENT, "code:111", "float32", 15),
    "d035": of("llama", "norm.eps", SILENT, "config:73", 1e-6),
    "d036": of("mistral", "norm.eps", SILENT, "config:73", 1e-5),
    "d036-context": of("mistral", "dims.context", TRAP, "config:71"),
    "d037": of("mixtral", "moe.order", SAME, "code:106", "score_then_topk"),
    "d039": of("qwen2", "dims.head_dim", WRONG, "config:66", 64),
    "d040": of("qwen2_moe", "moe.shared_experts", TRAP, "code:346", 1),
    "d041": of("qwen3_moe", "moe.normalize_topk", SILENT, "config:102", True),
    "d045": of("deepseek_v3", "moe.groups", SILENT, "code:140", "4 of 8 groups, each by the sum of its best 2", 6),
    "d049": of("olmo", "norm.eps", SILENT, "code:57", 1e-5),
    "d053": of("gemma", "norm.unit_offset", SILENT, "code:76", True),
    "d056": of("gemma", "dims.vocab", TRAP, "config:67", 256000),
    "d057": of("gemma2", "dims.ffn", SAME, "config:70", 9216),
    "d061": of("gemma3n", "attention.scale", SILENT, "code:1193", "none", 200),
    "d065": of("smollm3", "block.schedule", SILENT, "code:214"),
    "d067": of("phimoe", "norm.type", SILENT, "code:527", "layernorm", 80),
    "d069": of("cohere", "rope.layout", SILENT, "code:198", "interleaved"),
    "d069-bias": of("cohere", "norm.bias", SILENT, "code:60", False, 20),
    "d069-logits": of("cohere", "logits.scale", SILENT, "code:495", 0.0625),
    "d071": of("minicpm3", "rope.layout", SILENT, "code:222", "half"),
    "d071-residual": of("minicpm3", "residual.scale", SILENT, "code:378", None, 30),
    "d072": of("nemotron", "norm.type", SILENT, "code:76", "layernorm", 20),
    "d072-offset": of("nemotron", "norm.unit_offset", SILENT, "code:76", True, 20),
    "d075": of("glm4_moe", "attention.qk_norm", TRAP, "code:119", "none"),
    "d075-rope": of("glm4_moe", "rope.fraction", SILENT, "code:165"),
    "d076": of("ernie4_5_moe", "moe.selection_bias", SILENT, "code:350", "selection_only", 6),
    "d078": of("gpt_oss", "mlp.clamp", SILENT, "code:83"),
    "d079": of("gpt_oss", "attention.qkv_bias", SILENT, "config:76", True),
    "d080": of("minimax", "rope.fraction", WRONG, "code:349", 1.0),
    "d085": of("recurrent_gemma", "rope.fraction", SILENT, "code:149", 0.5),
    "d091": of("bitnet", "mlp.gated", WRONG, "code:76", True),
    "d094": of("nomic_bert", "rope.theta", SILENT, "code:121", 1000.0),
    "d095": of("vit", "norm.eps", SILENT, "config:58", 1e-12),
    "d096": of("vit", "dropout.residual", WRONG, "config:55", 0.0),
    "d097": of("swinv2", "attention.qkv_bias", SILENT, "code:385", "q,v", 60),
    "d099": of("convnext", "norm.eps", SILENT, "code:61", 1e-6),
    "d100": of("segformer", "norm.eps", SILENT, "code:276", 1e-5, 30),
    "d105-context": of("clip", "dims.context", TRAP, "config:53", 77),
    "d105-activation": of("clip", "mlp.activation", SILENT, "config:54", "quick_gelu", 60),
    "d106": of("sam", "init.std", SILENT, "config:128", 1e-10),
    "d109": of("wav2vec2", "dims.heads", WRONG, "config:168", 12),
    "d110": of("wav2vec2", "norm.placement", SILENT, "code:613", "post", 40),
    "d111": of("hubert", "dims.heads", WRONG, "config:127", 12),
    "d112": of("whisper", "attention.qkv_bias", SILENT, "code:280", "q,v", 60),
    "d121": of("glm4_moe", "moe.experts", TRAP, "config:110", 128),
    "d122": of("gpt_oss", "moe.experts", TRAP, "config:51"),
    "d122-layers": of("gpt_oss", "dims.layers", TRAP, "config:50"),
    "d125": of("olmo2", "init.scheme", WRONG, "modeling_utils.py:2313", "normal"),
    "d126": of("vit_mae", "init.scheme", WRONG, "modeling_utils.py:2313", "normal"),
    "d123": of("llama", "dims.context", TRAP, "config:71", 2048),
}
"""By the number under which each is known."""


@cache
def papers(model: str) -> tuple[PaperFile, ...]:
    """Papers about ``model``, with no more claims than its cases are about: other checkpoints need not be built."""
    traits = {case.trait for case in CASES.values() if case.model == model}
    files = [file for file in _papers() if model in file.paper.models]
    kept = [tuple(claim for claim in file.paper.claims if claim.trait in traits) for file in files]
    return tuple(
        replace(file, paper=msgspec.structs.replace(file.paper, claims=claims))
        for file, claims in zip(files, kept, strict=True)
    )


@cache
def _papers() -> tuple[PaperFile, ...]:
    return tuple(map(read_paper, claims_files([shipped_papers()])))


@cache
def outcome(model: str, config: str) -> ModelOutcome:
    """The model built once under each configuration (fields to set, as JSON)."""
    place = TreeLocation(pinned())
    settings = Settings(overrides=Target(model, config).overrides, dtype=SERVED)
    (found,) = examine_each(place, (Task(opened(place).find(model), settings),), Packs(), jobs=1)
    return found


@cache
def verdicts(model: str, default: bool = False) -> tuple[Divergence, ...]:
    """All verdicts on papers about ``model``; ``default`` holds all claims against the class's default configuration,
    as a reader does who takes it for that of the checkpoint."""
    return tuple(_verdicts(model, default))


def _verdicts(model: str, default: bool) -> Iterator[Divergence]:
    def subject(target: Target) -> ClaimSubject | None:
        if target.model != model:
            return None
        meant = Target(model) if default else target
        return subject_of(meant, outcome(model, meant.config), given=False)

    for file in papers(model):
        yield from divergences(file, subject, {})


def shown(finding: Divergence) -> str:
    places = ", ".join(f"{place.role} {place.path}:{place.line}" for place in finding.evidence)
    return f"{finding.verdict} {finding.paper} {finding.value} {finding.others} {finding.reason} [{places}]"


def is_at(finding: Divergence, case: Case) -> bool:
    return any(place.path == case.file and abs(place.line - case.line) <= case.near for place in finding.evidence)


@pytest.mark.parametrize("name", CASES)
def test_divergence_is_found(name: str) -> None:
    case = CASES[name]
    about = [finding for finding in verdicts(case.model, case.verdicts is TRAP) if finding.trait == case.trait]
    told = [finding for finding in about if finding.verdict in case.verdicts]
    assert told, "\n".join(map(shown, about)) or "nothing"
    if case.value is not None:
        told = [finding for finding in told if case.value in (finding.value, *finding.others.values())]
    assert any(is_at(finding, case) for finding in told), "\n".join(map(shown, about))


def test_enough_cases() -> None:
    assert len({name.partition("-")[0] for name in CASES}) >= 40
