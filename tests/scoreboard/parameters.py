"""Section ``params``: is every parameter of a class there, under its name and with its shape, and nothing else?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from analyzer.graph import BuiltModel, TensorInfo
from tests.scoreboard.board import Headline, Row, Section, exact_share, ranked
from tests.truth import CAUSAL, ClassTruth

Shapes = Mapping[str, tuple[int, ...]]


def score(expected: ClassTruth, got: BuiltModel, causal: bool) -> Row:
    """The row of one class."""
    parameters = _shapes(got.parameters)
    buffers = _shapes(tensor for tensor in got.buffers if tensor.persistent)
    right = sum(parameters.get(name) == shape for name, shape in expected.parameters.items())
    most = max(len(expected.parameters), len(parameters), 1)
    exact = parameters == dict(expected.parameters)
    first = next(_differences(expected.parameters, parameters), "")
    return Row(
        name="/".join(expected.key),
        causal=causal,
        exact=exact,
        score=right / most if expected.parameters or parameters else 1.0,
        difference=first if got.status != "failed" else f"failed: {got.failure}",
        counts={
            "missing": len(expected.parameters.keys() - parameters.keys()),
            "extra": len(parameters.keys() - expected.parameters.keys()),
            "shapes": sum(parameters.get(n, s) != s for n, s in expected.parameters.items()),
            "total": got.total == expected.total,
            "buffers": buffers == dict(expected.buffers),
            "tied": set(got.tied) == set(expected.shared),
        },
    )


def _shapes(tensors: Iterable[TensorInfo]) -> dict[str, tuple[int, ...]]:
    return {tensor.name: tuple(map(int, tensor.shape)) for tensor in tensors}


def _differences(expected: Shapes, got: Shapes) -> Iterator[str]:
    for name, shape in expected.items():
        if name not in got:
            yield f"missing {name} {list(shape)}"
        elif got[name] != shape:
            yield f"{name}: expected {list(shape)}, got {list(got[name])}"
    for name, shape in got.items():
        if name not in expected:
            yield f"extra {name} {list(shape)}"


def section(rows: list[Row]) -> Section:
    """Headlines over all classes and over causal language models, and the most frequent failures."""
    causal = [row for row in rows if row.causal]
    sides = tuple(
        Headline(f"{what} equal", sum(bool(row.counts.get(what)) for row in rows), len(rows))
        for what in ("total", "buffers", "tied")
    )
    failures = Counter(row.difference for row in rows if row.difference.startswith(("failed", "crash")))
    return Section(
        "params",
        (exact_share("classes exact", rows), exact_share(f"exact among {CAUSAL}", causal), *sides),
        tuple(rows),
        (ranked("failures", ("classes", "reason"), failures),),
    )
