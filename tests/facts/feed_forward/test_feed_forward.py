"""Activations by their values, gates, and what is no feed-forward part."""

from __future__ import annotations

import pytest

from analyzer.facts.feed_forward.feed_forward import feed_forwards
from tests.facts.snippets import (
    query_of,
)

ACTIVATIONS = (
    ("functional.silu(u)", "silu"),
    ("u * torch.sigmoid(u)", "silu"),
    ("u / (1 + torch.exp(-u))", "silu"),
    ("functional.gelu(u)", "gelu"),
    ("u * 0.5 * (1 + torch.erf(u / math.sqrt(2)))", "gelu"),
    ("functional.gelu(u, approximate='tanh')", "gelu_tanh"),
    ("0.5 * u * (1 + torch.tanh(math.sqrt(2 / math.pi) * (u + 0.044715 * torch.pow(u, 3))))", "gelu_tanh"),
    ("u * torch.sigmoid(1.702 * u)", "quick_gelu"),
    ("torch.relu(u)", "relu"),
    ("u.clamp(min=0)", "relu"),
    ("torch.square(functional.relu(u))", "relu2"),
    ("functional.relu(u) ** 2", "relu2"),
    ("u * torch.tanh(functional.softplus(u))", "mish"),
    ("torch.sin(u)", None),
)


@pytest.mark.parametrize(("function", "name"), ACTIVATIONS)
def test_activation_by_its_values(function: str, name: str | None) -> None:
    query = query_of(f"u = self.up(x)\nreturn self.down({function})")
    found = query.facts(feed_forwards)
    assert [one.activation for one in found] == ([name] if name else [])


GATED = (
    ("return self.down(functional.silu(self.gate(x)) * self.up(x))", "silu", False),
    ("return self.down(self.up(x) * (lambda g: g * torch.sigmoid(1.702 * g))(self.gate(x)))", "quick_gelu", False),
    ("a, b = self.joint(x)[..., :64].chunk(2, -1)\nreturn self.o(functional.gelu(a) * b)", "gelu", True),
    ("a, b = self.up(x).chunk(2, -1)\nreturn self.o((a + 1) * functional.silu(b))", "silu", True),
    ("return self.o(functional.glu(self.up(x), -1))", "sigmoid", True),
)


@pytest.mark.parametrize(("body", "name", "joint"), GATED)
def test_gated_feed_forward(body: str, name: str, joint: bool) -> None:
    (found,) = query_of(body).facts(feed_forwards)
    assert (found.gated, found.activation, found.fused) == (True, name, joint)


def test_a_linear_bottleneck_is_no_feed_forward() -> None:
    assert query_of("return self.down(self.up(x) * 2)").facts(feed_forwards) == ()


def test_a_gate_on_something_else_is_no_feed_forward() -> None:
    assert query_of("return x * torch.sigmoid(self.down(torch.relu(self.up(x))))").facts(feed_forwards) == ()
