"""One change at a time in the source of a fixture: each is found, and located at a changed line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from analyzer.api import load
from analyzer.compare import Side, compare
from analyzer.report import CodePlace, Comparison

FIXTURE = Path(__file__).parents[2] / "fixtures" / "kauri" / "modeling_kauri.py"


class Mutant(NamedTuple):
    """Texts that stand once in the source, what takes their places, and the verdict to expect."""

    name: str
    changes: tuple[tuple[str, str], ...]
    verdict: str = "different"


def one(name: str, old: str, new: str, verdict: str = "different") -> Mutant:
    return Mutant(name, ((old, new),), verdict)


MUTANTS = (
    one("attention scale", "key.transpose(2, 3)) * self.scale", "key.transpose(2, 3)) / self.size"),
    one("no attention scale", "key.transpose(2, 3)) * self.scale", "key.transpose(2, 3))"),
    one("scale besides", "query = turn(query, cos, sin)", "query = turn(query, cos, sin) * 0.5"),
    one(
        "norm after the branch", "hidden + self.mlp(self.mlp_norm(hidden))", "hidden + self.mlp_norm(self.mlp(hidden))"
    ),
    one(
        "norm after the addition",
        "hidden + self.mlp(self.mlp_norm(hidden))",
        "self.mlp_norm(hidden + self.mlp(hidden))",
    ),
    one("activation", "F.silu(self.gate_proj(hidden))", "F.gelu(self.gate_proj(hidden))"),
    one(
        "activation by another formula",
        'F.gelu(torch.einsum("bsd,edf->bsef", hidden, self.up))',
        'F.gelu(torch.einsum("bsd,edf->bsef", hidden, self.up), approximate="tanh")',
    ),
    one("rotary layout", "first, second = x.chunk(2, dim=-1)", "first, second = x[..., ::2], x[..., 1::2]"),
    one("rotary direction", "torch.cat((-second, first), dim=-1)", "torch.cat((second, -first), dim=-1)"),
    one("rotary base", "1.0 / config.rope_theta**steps", "1.0 / 500000.0**steps"),
    one("unrotated keys", "key = turn(key, cos, sin)", "key = key + 0"),
    one("epsilon", "torch.rsqrt(variance + self.eps)", "torch.rsqrt(variance + 1e-5)"),
    one("epsilon after the root", "torch.rsqrt(variance + self.eps)", "1 / (torch.sqrt(variance) + self.eps)"),
    one("no upcast in the norm", "wide = hidden.float()", "wide = hidden", "precision"),
    one(
        "weight before the cast",
        "self.weight * wide.to(hidden.dtype)",
        "(self.weight * wide).to(hidden.dtype)",
        "precision",
    ),
    one("unit offset", "self.weight * wide.to(hidden.dtype)", "(1 + self.weight) * wide.to(hidden.dtype)"),
    one(
        "mean subtracted",
        "wide.pow(2).mean(-1, keepdim=True)",
        "(wide - wide.mean(-1, keepdim=True)).pow(2).mean(-1, keepdim=True)",
    ),
    one("softmax in the model's type", "dim=-1, dtype=torch.float32)", "dim=-1)", "precision"),
    one("router in the model's type", "logits.float().softmax(dim=-1)", "logits.softmax(dim=-1)", "precision"),
    one("router scores after the choice", "best / best.sum(dim=-1, keepdim=True)", "best.softmax(dim=-1)"),
    one("router weights not normalised", "best / best.sum(dim=-1, keepdim=True)", "best"),
    one("router by sigmoid", "logits.float().softmax(dim=-1)", "logits.float().sigmoid()"),
    one("top-k", "torch.topk(chances, self.top_k, dim=-1)", "torch.topk(chances, self.top_k + 1, dim=-1)"),
    one("output bias", "config.hidden_size, bias=True)", "config.hidden_size, bias=False)"),
    one("residual from the norm", "return hidden + self.mlp(", "return self.mlp_norm(hidden) + self.mlp("),
    one("residual left out", "hidden = hidden + self.attention(", "hidden = self.attention("),
    one("cap of scores", "self.cap * torch.tanh(scores / self.cap)", "self.cap * torch.tanh(scores / 50.0)"),
    one("no cap of scores", "scores = self.cap * torch.tanh(scores / self.cap)", "scores = scores + 0"),
    one("cap of logits", "torch.tanh(logits / self.config.logit_cap)", "torch.tanh(logits / 15.0)"),
    one("window", "columns > rows - self.config.window", "columns >= rows - self.config.window"),
    one("no causal mask", "(columns <= rows) & ", ""),
    one(
        "mask after the softmax",
        "F.softmax(scores, dim=-1, dtype=torch.float32)",
        "F.softmax(scores - mask, dim=-1, dtype=torch.float32)",
    ),
    one("embedding scale", "self.embed(input_ids) * math.sqrt(self.config.hidden_size)", "self.embed(input_ids)"),
    one("embedding scale inverted", "self.embed(input_ids) * math.sqrt(", "self.embed(input_ids) / math.sqrt("),
    Mutant(
        "norm of queries after the rotation",
        (
            ("query = self.q_norm(query).transpose(1, 2)", "query = query.transpose(1, 2)"),
            ("query = turn(query, cos, sin)", "query = self.q_norm(turn(query, cos, sin))"),
        ),
    ),
    Mutant(
        "gate and up swapped",
        (
            ("F.silu(self.gate_proj(hidden))", "F.silu(self.up_proj(hidden))"),
            ("gate * self.up_proj(hidden)", "gate * self.gate_proj(hidden)"),
        ),
    ),
    one("values from keys", "value = self.v_proj(hidden)", "value = self.k_proj(hidden)"),
    one(
        "order of repeated heads",
        "x[:, :, None].expand(batch, heads, times, length, size)",
        "x[:, None].expand(batch, times, heads, length, size)",
    ),
    one(
        "head split",
        "self.q_proj(hidden).view(batch, length, self.heads, self.size)",
        "self.q_proj(hidden).view(batch, length, self.size, self.heads).transpose(2, 3)",
    ),
    one("head merge", "mixed.transpose(1, 2).reshape(", "mixed.permute(0, 2, 3, 1).reshape("),
    Mutant(
        "untied head",
        (
            ("F.linear(hidden, self.embed.weight)", "F.linear(hidden, self.head)"),
            (
                "        steps = torch.arange(",
                "        self.head = nn.Parameter(torch.empty(config.vocab_size, config.hidden_size))\n"
                "        steps = torch.arange(",
            ),
        ),
    ),
    one("no final norm", "hidden = self.norm(hidden)", "hidden = hidden + 0"),
    one("dense layer", "if number == 0 else", "if number == 1 else"),
    one("mask value", "torch.finfo(dtype).min", "-1e9", "precision"),
    one("shares cast later", ".scatter(-1, chosen, best).to(hidden.dtype)", ".scatter(-1, chosen, best)", "precision"),
)


@cache
def original() -> Side:
    return loaded(FIXTURE)


def loaded(path: Path) -> Side:
    return Side(path.stem, load("Kauri", path).built, (), lambda span: "")


def mutated(mutant: Mutant, source: str) -> str:
    for old, new in mutant.changes:
        assert source.count(old) == 1, f"{mutant.name}: {old!r} stands {source.count(old)} times in the source"
        source = source.replace(old, new)
    return source


def changed_lines(before: str, after: str) -> tuple[set[int], set[int]]:
    """Numbers of the lines that differ, in both texts."""
    matcher = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    first: set[int] = set()
    second: set[int] = set()
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            first.update(range(a + 1, b + 1))
            second.update(range(c + 1, d + 1))
    return first, second


def lines(place: CodePlace | None) -> Iterator[int]:
    """The line of a place, those it is called from, and those where its modules are made."""
    if place is not None:
        yield place.line
        yield from (int(call.rpartition(":")[2]) for call in (*place.called_from, *place.made_at))


def located(found: Comparison, first: set[int], second: set[int]) -> bool:
    """Whether the first departure, or a parameter that one model lacks, is at a changed line."""
    row = found.departures[0] if found.departures else None
    shown = (set(lines(row.first)), set(lines(row.second))) if row else (set(), set())
    made = [row for row in found.parameters if not row.same]
    return bool(
        shown[0] & first
        or shown[1] & second
        or any(row.first_line in first or row.second_line in second for row in made)
    )


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_one_change_is_found_where_it_is(mutant: Mutant, tmp_path: Path) -> None:
    source = FIXTURE.read_text()
    text = mutated(mutant, source)
    path = tmp_path / FIXTURE.name
    path.write_text(text)
    found = compare(original(), loaded(path))
    assert found.verdict == mutant.verdict
    assert located(found, *changed_lines(source, text)), found.departures[:1]


def test_the_same_source_is_equal(tmp_path: Path) -> None:
    path = tmp_path / FIXTURE.name
    path.write_text(FIXTURE.read_text())
    assert compare(original(), loaded(path)).verdict == "equal"
