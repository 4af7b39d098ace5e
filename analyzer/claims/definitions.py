"""What words of the vocabulary compute, as arithmetic on a few numbers.

Two words mean the same function if they give the same results on numbers that have nothing special about them. The
functions here are sums, quotients and exponentials, which do not agree on such numbers by accident.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

Vector: TypeAlias = Sequence[float]
_SAMPLES: Final = 8
"""Vectors on which two functions are compared."""


def samples(size: int) -> Iterator[Vector]:
    """Vectors of ``size`` numbers between -3 and 3 without any pattern, always the same ones."""
    for row in range(_SAMPLES):
        yield [3 * math.sin((row * size + column + 1) ** 2) for column in range(size)]


def alike(first: Vector, second: Vector) -> bool:
    """Whether two results are the same up to rounding."""
    return len(first) == len(second) and all(
        math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) for a, b in zip(first, second, strict=True)
    )


# -- normalisations, with scale one and no epsilon ---


def _layer_norm(x: Vector, *, centred: bool = True) -> Vector:
    """Ba et al. 2016, Layer Normalization, eq. 4, arXiv:1607.06450; without ``centred`` the mean is left in."""
    mean = math.fsum(x) / len(x) if centred else 0.0
    deviation = math.sqrt(math.fsum((one - mean) ** 2 for one in x) / len(x))
    return [(one - mean) / deviation for one in x]


def _rms_norm(x: Vector) -> Vector:
    """Zhang and Sennrich 2019, Root Mean Square Layer Normalization, eq. 4, arXiv:1910.07467."""
    root = math.sqrt(math.fsum(one * one for one in x) / len(x))
    return [one / root for one in x]


def _l2_norm(x: Vector) -> Vector:
    length = math.sqrt(math.fsum(one * one for one in x))
    return [one / length for one in x]


NORMS: Final[dict[str, Callable[[Vector], Vector]]] = {
    "layernorm": _layer_norm,
    "layernorm_scale_only": lambda x: _layer_norm(x, centred=False),
    "rmsnorm": _rms_norm,
    "l2norm": _l2_norm,
}


# -- activations, and what is called by one name with its gate ---


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


ACTIVATIONS: Final[dict[str, Callable[[float], float]]] = {
    "silu": lambda x: x * _sigmoid(x),
    "gelu": lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2,
    "gelu_tanh": lambda x: x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2,
    "quick_gelu": lambda x: x * _sigmoid(1.702 * x),
    "relu": lambda x: max(x, 0.0),
    "relu2": lambda x: max(x, 0.0) ** 2,
    "sigmoid": _sigmoid,
}
GATED: Final[dict[str, Callable[[float, float], float]]] = {
    "glu": lambda gate, up: _sigmoid(gate) * up,
    "reglu": lambda gate, up: max(gate, 0.0) * up,
    "geglu": lambda gate, up: gate * (1 + math.erf(gate / math.sqrt(2))) / 2 * up,
    "swiglu": lambda gate, up: gate * _sigmoid(gate) * up,
}
"""Shazeer 2020, GLU Variants Improve Transformer, eq. 4 and 5, arXiv:2002.05202; Swish with its constant at one."""


# -- routers of experts ---


def _softmax(logits: Vector) -> Vector:
    powers = [math.exp(one) for one in logits]
    return [one / math.fsum(powers) for one in powers]


_SCORINGS: Final[dict[str, Callable[[Vector], Vector]]] = {
    "softmax": _softmax,
    "sigmoid": lambda logits: [_sigmoid(one) for one in logits],
}


@dataclass(frozen=True, slots=True)
class Routing:
    """How a router turns logits into weights of the ``top_k`` experts of a token (``moe.scoring``, ``moe.order``,
    ``moe.normalize_topk``)."""

    top_k: int
    scoring: str
    order: str
    normalized: bool

    @property
    def is_defined(self) -> bool:
        """Whether there is arithmetic for these words."""
        return self.scoring in _SCORINGS and self.order in {"score_then_topk", "topk_then_score"}

    def weights(self, logits: Vector) -> Vector:
        """The weight of each expert, zero for those that are not chosen."""
        score = _SCORINGS[self.scoring]
        known = score(logits) if self.order == "score_then_topk" else logits
        chosen = sorted(range(len(known)), key=lambda index: -known[index])[: self.top_k]
        kept = [known[index] for index in chosen]
        kept = list(kept if self.order == "score_then_topk" else score(kept))
        total = math.fsum(kept) if self.normalized else 1.0
        weights = dict(zip(chosen, kept, strict=True))
        return [weights.get(index, 0.0) / total for index in range(len(logits))]

    def is_as(self, other: Routing) -> bool:
        """Whether both give the same weights, by their arithmetic on logits of twice as many experts."""
        if not (self.is_defined and other.is_defined):
            return False
        return all(alike(self.weights(one), other.weights(one)) for one in samples(2 * max(self.top_k, other.top_k)))
