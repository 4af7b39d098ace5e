"""Shared key heads, fused projections, norms of queries and keys, sinks."""

from __future__ import annotations

import pytest

from analyzer.facts.attention.details import biases, fused, kv_kind, query_key_norm, sinks, upcast
from tests.facts.snippets import attention_of

SHARED_HEADS = (
    "k, v = k.repeat_interleave(2, dim=1), v.repeat_interleave(2, dim=1)\ny = torch.softmax(q @ k.mT, -1) @ v",
    "k = k[:, :, None].expand(2, 2, 2, 7, 8).reshape(2, 4, 7, 8)\n"
    "v = v[:, :, None].expand(2, 2, 2, 7, 8).reshape(2, 4, 7, 8)\n"
    "y = torch.softmax(q @ k.mT, -1) @ v",
    "g = q.view(2, 2, 2, 7, 8)\ny = (torch.softmax(g @ k[:, :, None].mT, -1) @ v[:, :, None]).view(2, 4, 7, 8)",
)


@pytest.mark.parametrize("body", SHARED_HEADS)
def test_shared_key_heads(body: str) -> None:
    start = "q, k, v = self.heads(self.q(x)), self.heads(self.half(x), 2), self.heads(self.half(x), 2)\n"
    query, found = attention_of(body, start)
    assert kv_kind(query, found) == "gqa"
    assert (found.heads, found.kv_heads) == (4, 2)


JOINT = (
    "q, k, v = (self.heads(part) for part in self.joint(x).chunk(3, dim=-1))\n",
    "q, k, v = (self.heads(part) for part in self.joint(x).split(32, dim=-1))\n",
    "q, k, v = self.joint(x).view(2, 7, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)\n",
    "z = self.joint(x)\nq, k, v = self.heads(z[..., :32]), self.heads(z[..., 32:64]), self.heads(z[..., 64:])\n",
    "z = self.joint(x).view(2, 7, 4, 3, 8).transpose(1, 2)\nq, k, v = z[..., 0, :], z[..., 1, :], z[..., 2, :]\n",
)


@pytest.mark.parametrize("start", JOINT)
def test_one_matrix_for_queries_keys_and_values(start: str) -> None:
    _, found = attention_of("y = torch.softmax(q @ k.mT, -1) @ v", start)
    assert len(fused(found)) == 1
    assert biases(found) == {"q": True, "k": True, "v": True}


def test_three_matrices_are_not_fused() -> None:
    _, found = attention_of("y = torch.softmax(q @ k.mT, -1) @ v")
    assert fused(found) == ()


@pytest.mark.parametrize(
    ("start", "per_head"),
    [
        ("q, k, v = self.norm(self.heads(self.q(x))), self.norm(self.heads(self.k(x))), self.heads(self.v(x))\n", True),
        (
            "q, k, v = self.heads(self.wide(self.q(x))), self.heads(self.wide(self.k(x))), self.heads(self.v(x))\n",
            False,
        ),
    ],
)
def test_width_of_the_query_norm(start: str, per_head: bool) -> None:
    query, found = attention_of("y = torch.softmax(q @ k.mT, -1) @ v", start)
    norm = query_key_norm(query, found)
    assert norm is not None
    assert norm.per_head is per_head
    assert norm.after_rotary is None


def test_sinks_and_type_of_the_softmax() -> None:
    body = (
        "s = torch.cat((q @ k.mT, self.extra.view(1, 4, 1, 1).expand(2, 4, 7, 1)), -1)\n"
        "y = torch.softmax(s, -1, dtype=torch.float32)[..., :-1] @ v"
    )
    query, found = attention_of(body)
    assert sinks(query, found) is not None
    assert upcast(found) is not None


def test_a_sink_beside_the_sum_of_the_softmax() -> None:
    body = (
        "s = q @ k.mT * 8**-0.5\nl = torch.logsumexp(s, dim=-1)\ny = s.softmax(-1) @ v\n"
        "y = y * torch.sigmoid(l - self.extra.view(1, 4, 1)).unsqueeze(-1)"
    )
    query, found = attention_of(body)
    assert sinks(query, found) is not None


def test_plain_softmax_has_neither() -> None:
    query, found = attention_of("y = torch.softmax(q @ k.mT, -1) @ v")
    assert sinks(query, found) is None
    assert upcast(found) is None


GROUPED = (
    (
        "q = self.q(x).view(2, 7, 2, 2, 8).permute(0, 2, 3, 1, 4)\nk, v = self.heads(self.half(x), 2), x\n",
        "s = torch.einsum('bgrqd,bgkd->bgrqk', q, k)\ny = torch.einsum('bgrqk,bgkd->bgrqd', s.softmax(-1), k)",
    ),
    (
        "q, k = self.q(x).view(2, 7, 2, 2, 8), self.half(x).view(2, 7, 2, 8)\n",
        "s = torch.einsum('bqgrd,bkgd->bqkgr', q, k)\ny = torch.einsum('bqkgr,bkgd->bqgrd', s.softmax(2), k)",
    ),
)


@pytest.mark.parametrize(("start", "body"), GROUPED)
def test_groups_of_heads_as_an_axis(start: str, body: str) -> None:
    query, found = attention_of(body, start, "\nreturn self.o(y.reshape(2, 7, 32))\n")
    assert (kv_kind(query, found), found.heads, found.kv_heads) == ("gqa", 4, 2)


def test_a_norm_of_its_own_for_each_head() -> None:
    norms = "def each(z):\n    return torch.cat([nn.LayerNorm(8)(part) for part in torch.split(z, 1, dim=1)], dim=1)\n"
    query, found = attention_of(norms + "y = torch.softmax(each(q) @ each(k).mT, -1) @ v")
    norm = query_key_norm(query, found)
    assert norm is not None
    assert norm.per_head
