"""Where something may be a structure that is not recognised, its absence is not stated."""

from __future__ import annotations

from textwrap import indent

import pytest

from analyzer import load
from analyzer.query import Query
from analyzer.rule import Example
from analyzer.rule.examples import build_snippet
from analyzer.rule.packs import load_packs
from analyzer.rule.rule import Match
from tests.corpus import pinned

MODEL = """
import torch
from torch import nn
from torch.nn import functional


class Odd(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        size = torch.exp(0.5 * torch.log(torch.exp(2 * torch.log(x.abs())).mean(-1, keepdim=True)))
        return self.weight * (x / size)


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm, self.odd, self.wide = nn.LayerNorm(32), Odd(32), Odd(8)
        self.qkv, self.out = nn.Linear(32, 96), nn.Linear(32, 32)
        self.gate, self.up, self.down = nn.Linear(32, 32), nn.Linear(32, 64), nn.Linear(64, 32)
        self.pick = nn.Linear(32, 4)

    def parts(self, x):
        return self.qkv(x).view(2, 7, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)

    def attend(self, q, k, v):
        return torch.softmax(q @ k.transpose(-1, -2) * 8**-0.5, -1) @ v

    def joined(self, y):
        return y.transpose(1, 2).reshape(2, 7, 32)

    def forward(self, x, places):
{forward}


class Sample(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.table, self.last = nn.Embedding(50, 32), nn.Embedding(16, 32), Odd(32)
        self.layers = nn.ModuleList([Layer() for _ in range(2)])

    def forward(self, input_ids, given):
        x = self.tokens(input_ids)
        places = self.table(given)
{start}
        for layer in self.layers:
            x = layer(x, places)
        return {end}
"""
INPUTS = {"input_ids": ("int64", (2, 7)), "given": ("int64", (2, 7))}
PLAIN = "q, k, v = self.parts(self.norm(x))\nreturn x + self.out(self.joined(self.attend(q, k, v)))"
NORMS = ("norm.type", "norm.eps", "norm.bias", "norm.upcast", "norm.unit_offset")


def matches(forward: str = PLAIN, start: str = "pass", end: str = "x") -> dict[str, list[Match]]:
    code = MODEL.replace("{forward}", indent(forward, " " * 8)).replace("{start}", indent(start, " " * 8))
    query = Query(build_snippet(Example(code.replace("{end}", end), {}, inputs=INPUTS)))
    found: dict[str, list[Match]] = {}
    for rule in load_packs():
        for match in rule.matches(query):
            found.setdefault(match.trait or (rule.traits or (rule.id,))[0], []).append(match)
    return found


def values(found: dict[str, list[Match]], trait: str) -> list[object]:
    return ["unknown" if one.reason else one.value for one in found.get(trait, [])]


def test_what_is_recognised_is_stated() -> None:
    found = matches()
    assert values(found, "norm.placement") == ["pre"]
    assert values(found, "norm.final") == [False]
    assert values(found, "position.kind") == ["none"]
    assert values(found, "attention.qk_norm") == ["none"]
    assert values(found, "attention.gate") == ["none"]
    assert values(found, "moe.experts") == [0]


@pytest.mark.parametrize(
    "forward",
    [
        "return x + self.down(torch.relu(self.up(self.odd(x))))",
        "return x + self.odd(self.down(torch.relu(self.up(x))))",
        "return self.odd(x + self.down(torch.relu(self.up(x))))",
    ],
)
def test_a_norm_in_unknown_arithmetic(forward: str) -> None:
    found = matches(forward)
    assert values(found, "norm.placement") == ["unknown"]
    assert [values(found, trait) for trait in NORMS] == [["unknown"]] * len(NORMS)
    assert {one.span.line for one in found["norm.placement"][0].evidence if one.role == "not recognised"} == {13}


def test_no_norm_at_all_is_none() -> None:
    found = matches("return x + self.down(torch.relu(self.up(x)))")
    assert values(found, "norm.placement") == ["none"]
    assert values(found, "norm.type") == []


def test_a_final_norm_in_unknown_arithmetic() -> None:
    assert values(matches(end="self.last(x)"), "norm.final") == ["unknown"]


def test_a_norm_of_queries_in_unknown_arithmetic() -> None:
    forward = "q, k, v = self.parts(x)\nreturn x + self.out(self.joined(self.attend(self.wide(q), k, v)))"
    assert values(matches(forward), "attention.qk_norm") == ["unknown"]


def test_attention_without_a_softmax_of_its_own() -> None:
    forward = """
q, k, v = self.parts(self.norm(x))
s = torch.exp(q @ k.transpose(-1, -2) * 8**-0.5)
return x + self.out(self.joined(s / s.sum(-1, keepdim=True) @ v))
"""
    found = matches(forward)
    assert values(found, "attention.kv") == ["unknown"]
    assert values(found, "position.kind") == ["unknown"]


def test_a_gate_in_unknown_arithmetic() -> None:
    forward = """
q, k, v = self.parts(self.norm(x))
y = self.joined(self.attend(q, k, v))
return x + self.out(y * (1 - torch.exp(-self.gate(x) ** 2)))
"""
    assert values(matches(forward), "attention.gate") == ["unknown"]


def test_a_table_that_may_be_of_positions() -> None:
    assert values(matches(start="x = x + places"), "position.kind") == ["unknown"]


def test_a_choice_that_is_no_known_router() -> None:
    forward = """
best = self.pick(self.norm(x)).argmax(-1)
return x + self.down(torch.relu(self.up(self.norm(x)))) * (best > 1)[..., None]
"""
    assert values(matches(forward), "moe.experts") == ["unknown"]


def test_tokens_in_unknown_arithmetic_before_the_first_layer() -> None:
    assert values(matches(start="x = self.last(x)"), "embedding.norm") == ["unknown"]
    assert values(matches(), "embedding.norm") == [False]


def test_a_factor_that_the_code_does_not_show() -> None:
    forward = "return x + self.down(torch.relu(self.up(self.norm(x)))) * x.amax()"
    assert values(matches(forward), "residual.scale") == ["unknown"]


def test_logits_in_a_bent_function_that_is_no_known_cap() -> None:
    head = "functional.linear(x, self.tokens.weight)"
    assert values(matches(end=head), "logits.softcap") == ["none"]
    assert values(matches(end=f"2 * torch.sigmoid({head} / 15) - 1"), "logits.softcap") == ["unknown"]
    assert values(matches(end=f"30 * torch.tanh({head} / 30)"), "logits.softcap") == [30]


@pytest.mark.parametrize(
    ("model_type", "layers", "trait", "place"),
    [
        ("tapas", {"num_hidden_layers": 1}, "position.kind", "position_embeddings(position_ids)"),
        ("longt5", {"num_layers": 1, "num_decoder_layers": 1}, "attention.kv", "softmax(scores.float(), dim=-1)"),
        ("yoso", {"num_hidden_layers": 1}, "attention.kv", "matmul(query, key.transpose(-1, -2))"),
    ],
)
def test_models_that_do_it_in_an_unusual_way(
    model_type: str, layers: dict[str, object], trait: str, place: str
) -> None:
    findings = load(model_type, pinned(), overrides=layers).findings()
    (found,) = [one for one in findings if one.trait == trait and one.certainty == "unknown"]
    assert (found.value, found.evidence[-1].text) == (None, place)
