"""What a layer carries along positions: its state, what decays it, and how a new token enters.

State-space models, gated linear attention and delta rules are told by one set of facts: the sizes of the state of one
sequence, heads and how many of them share a key, the width of the convolution before it, what the decay is computed
from and how many numbers of the state share one, the rule of the step and its bounds, how many positions are worked on
at once, and whether what the state holds for a key is taken away before something is added for it (*delta*).

*Why it matters*: a kernel is made for one shape of state and one form of decay; a decay for each head in place of one
for each channel is another model, and so is a missing bound of the step.
"""

from collections.abc import Iterable

from analyzer.rule import (
    CarriedState,
    Decay,
    Evidence,
    Match,
    Op,
    Query,
    Rule,
    at,
    bounds,
    carried_states,
    for_each,
    model_example,
    plain,
    unknown,
)


@for_each(carried_states)
def check(query: Query, state: CarriedState) -> Iterable[Match]:
    found = {**_sizes(state), **_decay(state)}
    if state.filter is not None:
        found["state.conv_width"] = state.width, at("convolution", state.filter, state.width)
    for trait, (value, place) in found.items():
        yield Match(value, (place,), module=state.module, trait=trait)
    if state.kept is not None and state.update is None:
        reason = "the state is not written as a sum with the one before"
        yield unknown(reason, at("state", state.kept.op), module=state.module, trait="state.update")


_Found = dict[str, tuple[object, Evidence]]


def _sizes(state: CarriedState) -> _Found:
    if state.kept is None:
        return {}
    op = state.kept.op
    found: _Found = {"state.shape": ([plain(size) for size in state.shape], at("state", op, *state.shape))}
    if state.heads is not None:
        found["state.heads"] = state.heads, at("state", op, state.heads)
        found["state.key_heads"] = state.groups, at("state", op, state.groups)
    if state.update is not None:
        found["state.update"] = state.update.value, at("state", op)
    return found


def _decay(state: CarriedState) -> _Found:
    decay = state.decay
    if decay is None:
        return {}
    place = at("decay", decay.op)
    found: _Found = {"state.decay": (decay.share.value, place), "state.decay_from": (decay.source.value, place)}
    if state.chunk is not None:
        found["state.chunk"] = state.chunk, at("exponential", decay.exponential, state.chunk)
    return {**found, **_step(decay)}


def _step(decay: Decay) -> _Found:
    step = decay.step
    if step is None:
        return {}
    place = at("step", step.op)
    if step.clamp is None:
        return {"state.step": (step.name, place), "state.step_clamp": ("none", place)}
    bounded = at("bounds of the step", step.clamp, *bounds(step.clamp))
    return {"state.step": (step.name, place), "state.step_clamp": (_interval(step.clamp), bounded)}


def _interval(clamp: Op) -> str:
    low, high = (plain(one) for one in bounds(clamp))
    return f"[{'-inf' if low is None else low}, {'inf' if high is None else high}]"


_TRAITS = (
    "state.shape",
    "state.heads",
    "state.key_heads",
    "state.conv_width",
    "state.update",
    "state.decay",
    "state.decay_from",
    "state.step",
    "state.step_clamp",
    "state.chunk",
)
_REFERENCES = (
    "Gu, Dao 2023, Mamba, arXiv:2312.00752",
    "Dao, Gu 2024, Transformers are SSMs (Mamba-2), arXiv:2405.21060",
    "Yang, Kautz, Hatamizadeh 2024, Gated Delta Networks, arXiv:2412.06464",
)
_STORE = """
class Store:
    def __init__(self):
        self.states = []
"""
_EXAMPLES = (
    model_example(
        """
        self.norm, self.enter, self.pace = nn.LayerNorm(8), nn.Linear(8, 16, bias=False), nn.Linear(16, 16)
        self.blur = nn.Conv1d(16, 16, 4, groups=16, padding=3)
        self.choose, self.leave = nn.Linear(16, 12, bias=False), nn.Linear(16, 8, bias=False)
        self.fade = nn.Parameter(torch.zeros(16, 6))
        """,
        """
        inner = self.blur(self.enter(self.norm(x)).transpose(1, 2))[..., :7].transpose(1, 2)
        into, out = self.choose(inner).chunk(2, -1)
        pace = nn.functional.softplus(self.pace(inner)).clamp(min=0.001)[..., None]
        decay = torch.exp(pace * -torch.exp(self.fade))
        gain = pace * into.unsqueeze(2) * inner[..., None]
        state, steps = torch.zeros(2, 16, 6), []
        for step in range(7):
            state = decay[:, step] * state + gain[:, step]
            steps.append((state * out[:, step, None]).sum(-1))
        store.states.append(state)
        return x + self.leave(torch.stack(steps, 1))
        """,
        prelude=_STORE,
        start="x, store = self.embed(input_ids), Store()",
        end="return x, store",
        shared="store",
        finds={
            "state.shape": [16, 6],
            "state.heads": None,
            "state.conv_width": 4,
            "state.update": "add",
            "state.decay": "per_channel_and_state",
            "state.decay_from": "data",
            "state.step": "softplus",
            "state.step_clamp": "[0.001, inf]",
            "state.chunk": None,
        },
    ),
    model_example(
        """
        self.norm, self.qk, self.v = nn.LayerNorm(8), nn.Linear(8, 24), nn.Linear(8, 16)
        self.rate, self.mix, self.leave = nn.Linear(8, 4), nn.Linear(8, 4), nn.Linear(16, 8)
        """,
        """
        y, length = self.norm(x), x.shape[1]
        q, k = self.qk(y).view(2, length, 2, 2, 6).repeat_interleave(2, 3).unbind(2)
        v, beta = self.v(y).view(2, length, 4, 4), torch.sigmoid(self.mix(y))
        fade = torch.exp(-nn.functional.softplus(self.rate(y)))
        state, steps = torch.zeros(2, 4, 6, 4), []
        for step in range(length):
            state = state * fade[:, step, :, None, None]
            known = (state * k[:, step, ..., None]).sum(-2)
            change = (v[:, step] - known) * beta[:, step, :, None]
            state = state + k[:, step, ..., None] * change[..., None, :]
            steps.append((state * q[:, step, ..., None]).sum(-2))
        store.states.append(state)
        return x + self.leave(torch.stack(steps, 1).flatten(2))
        """,
        prelude=_STORE,
        start="x, store = self.embed(input_ids), Store()",
        end="return x, store",
        shared="store",
        finds={
            "state.shape": [4, 6, 4],
            "state.heads": 4,
            "state.key_heads": 2,
            "state.update": "delta",
            "state.decay": "per_head",
            "state.decay_from": "data",
            "state.step": "softplus",
        },
    ),
    model_example(finds={"state.shape": None, "state.decay": None}),
)

RULE = Rule("STA001", "carried-state", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
