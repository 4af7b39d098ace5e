"""States, decays and steps of layers that carry something along positions."""

from __future__ import annotations

import pytest

from analyzer.facts.layers.carried_states import CarriedState, Update, carried_states
from analyzer.facts.layers.decays import DecayShare, DecaySource
from analyzer.query import Query
from analyzer.rule import model_example
from analyzer.rule.examples import build_snippet

STORE = """
class Store:
    def __init__(self):
        self.states = []
"""
INIT = """
self.norm, self.qk, self.v = nn.LayerNorm(8), nn.Linear(8, 48), nn.Linear(8, 16)
self.rate, self.wide, self.leave = nn.Linear(8, 4), nn.Linear(8, 24), nn.Linear(16, 8)
self.fade = nn.Parameter(torch.zeros(4))
"""
LOOP = """
y, length = self.norm(x), x.shape[1]
q, k = self.qk(y).view(2, length, 2, 4, 6).unbind(2)
v = self.v(y).view(2, length, 4, 4)
{decay}
state, steps = torch.zeros(2, 4, 6, 4), []
for step in range(length):
    state = {keep} * state
    state = state + k[:, step, ..., None] * {change}[..., None, :]
    steps.append((state * q[:, step, ..., None]).sum(-2))
store.states.append(state)
return x + self.leave(torch.stack(steps, 1).flatten(2))
"""
PER_HEAD = "fade[:, step, :, None, None]"
SOFTPLUS = "nn.functional.softplus(self.rate(y))"
WRITTEN_OUT = "torch.log(1 + torch.exp(self.rate(y)))"


def states_of(decay: str, keep: str = PER_HEAD, change: str = "v[:, step]") -> tuple[CarriedState, ...]:
    body = LOOP.replace("{decay}", decay).replace("{keep}", keep).replace("{change}", change)
    example = model_example(
        INIT,
        body,
        prelude=STORE,
        start="x, store = self.embed(input_ids), Store()",
        end="return x, store",
        shared="store",
        finds=None,
    )
    return Query(build_snippet(example)).facts(carried_states)


DECAYS = (
    (f"fade = torch.exp(-{SOFTPLUS})", PER_HEAD, DecayShare.HEAD, "softplus"),
    (f"fade = torch.exp(-torch.exp(self.fade) * {SOFTPLUS})", PER_HEAD, DecayShare.HEAD, "softplus"),
    (f"fade = torch.exp(-torch.exp(self.fade) * {WRITTEN_OUT})", PER_HEAD, DecayShare.HEAD, "softplus"),
    ("fade = torch.exp(-5.0 * torch.sigmoid(self.rate(y)))", PER_HEAD, DecayShare.HEAD, "sigmoid"),
    (
        "fade = torch.exp(nn.functional.logsigmoid(self.wide(y)).view(2, length, 4, 6))",
        "fade[:, step, ..., None]",
        DecayShare.STATE,
        "logsigmoid",
    ),
)


@pytest.mark.parametrize(("decay", "keep", "share", "step"), DECAYS)
def test_decays_that_tokens_decide(decay: str, keep: str, share: DecayShare, step: str) -> None:
    first, _ = states_of(decay, keep)
    assert first.decay is not None
    assert first.decay.step is not None
    assert (first.decay.source, first.decay.share, first.decay.step.name) == (DecaySource.DATA, share, step)
    assert (first.shape, first.heads, first.groups, first.update) == ((4, 6, 4), 4, 4, Update.ADD)


FIXED = (
    ("fade = torch.exp(-torch.exp(self.fade))", "fade[:, None, None]", DecaySource.LEARNED),
    ("fade = torch.exp(-torch.arange(1.0, 5.0))", "fade[:, None, None]", DecaySource.FIXED),
)


@pytest.mark.parametrize(("decay", "keep", "source"), FIXED)
def test_decays_that_no_token_decides(decay: str, keep: str, source: DecaySource) -> None:
    first, _ = states_of(decay, keep)
    assert first.decay is not None
    assert (first.decay.source, first.decay.share) == (source, DecayShare.HEAD)


def test_what_a_key_holds_is_taken_away_first() -> None:
    taken = "(v[:, step] - (state * k[:, step, ..., None]).sum(-2))"
    first, _ = states_of(DECAYS[0][0], change=taken)
    assert first.update is Update.DELTA


def test_bounds_of_a_step() -> None:
    first, _ = states_of(f"fade = torch.exp(-{SOFTPLUS}.clamp(min=0.01))")
    assert first.decay is not None
    assert first.decay.step is not None
    assert first.decay.step.clamp is not None


def test_a_gate_that_is_an_exponential_is_no_decay() -> None:
    first, _ = states_of("fade = torch.ones(1, length, 4)\nv = v * torch.exp(self.rate(y))[..., None]")
    assert first.decay is None or first.decay.source is not DecaySource.DATA


def test_attention_carries_no_state() -> None:
    example = model_example(
        "self.qkv, self.out = nn.Linear(8, 24), nn.Linear(8, 8)",
        "q, k, v = self.qkv(x).chunk(3, -1)\nreturn x + self.out(torch.softmax(q @ k.mT, -1) @ v)",
        finds=None,
    )
    assert Query(build_snippet(example)).facts(carried_states) == ()
