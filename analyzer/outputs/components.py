"""Modules that are one recognised component (a norm, an attention, a feed-forward part), with a word and its sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from analyzer.base import NOWHERE, Span
from analyzer.facts.attention.attention import Attention, attentions
from analyzer.facts.feed_forward.feed_forward import FeedForward, feed_forwards
from analyzer.facts.feed_forward.router import Router
from analyzer.facts.feed_forward.routers import routers
from analyzer.facts.mixers.mixers import Mixer, mixers
from analyzer.facts.norms.norms import Norm, norms
from analyzer.facts.residual.residual import residuals
from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query


@dataclass(frozen=True, slots=True)
class Component:
    """``kind`` is the word for it, ``detail`` its sizes, ``span`` the operation that it was recognised by."""

    kind: str
    detail: str
    span: Span


def parts(query: Query) -> dict[str, Component]:
    """Module path → component, for modules that one fact describes completely, without a residual addition inside.

    An attention or a feed-forward part counts with everything in its module; a norm only if the module is nothing else,
    a router only if the experts are elsewhere.
    """
    carrying = {path for residual in query.facts(residuals) for path in query.tree.ancestors(residual.add.module)}
    found: dict[str, Component] = {}
    for attention in query.facts(attentions):
        found.setdefault(attention.module, Component("attention", _attention(attention), attention.softmax.span))
    for part in query.facts(feed_forwards):
        path = _enclosing(part.activated, part.down.op, *(projection.op for projection in part.up))
        kind = "experts" if part.expert else "feed-forward"
        found.setdefault(path, Component(kind, _feed_forward(part), part.activated.span))
    enclosing = {above for path in found for above in query.tree.ancestors(path)[1:]}
    for router in query.facts(routers):
        if router.module not in enclosing:
            found.setdefault(router.module, Component("router", _router(router), router.choice.span))
    for norm in query.facts(norms):
        if not query.tree.children(norm.module):
            found.setdefault(norm.module, Component("norm", _norm(norm), norm.core.span))
    return {path: part for path, part in found.items() if path not in carrying}


def _enclosing(*ops: Op) -> str:
    """The innermost module that all of ``ops`` run in."""
    paths = [op.module.split(".") for op in ops]
    common = takewhile(lambda level: len(set(level)) == 1, zip(*paths, strict=False))
    return ".".join(level[0] for level in common)


def _feed_forward(part: FeedForward) -> str:
    words = [part.activation or "activation", "gated" if part.gated else ""]
    words.append(f"{int(part.hidden)} → {int(part.width)} → {int(part.down.out_width)}")
    words.append("bias" if part.down.bias is not None else "")
    return ", ".join(word for word in words if word)


def _router(router: Router) -> str:
    scoring = router.scoring.op.kind.value if router.scoring is not None else "logits"
    return f"{scoring}, top {int(router.top_k)} of {int(router.experts)}"


def _attention(attention: Attention) -> str:
    words = [f"{attention.heads} heads × {int(attention.head_dim)}" if attention.heads else f"× {attention.head_dim}"]
    if attention.kv_heads is not None and attention.kv_heads != attention.heads:
        words.append(f"{attention.kv_heads} kv heads")
    if attention.softcap is not None:
        words.append(f"softcap {attention.softcap:g}")
    return ", ".join(words)


def _norm(norm: Norm) -> str:
    words = [norm.kind.value, str(int(norm.statistic.width))]
    if norm.statistic.eps is not None:
        words.append(f"eps {norm.statistic.eps}")
    words += [word for word, yes in (("1 + weight", norm.unit_offset), ("bias", norm.affine.bias is not None)) if yes]
    return " ".join(words[:2]) + "".join(f", {word}" for word in words[2:])


def component_of_module(query: Query, ops: Sequence[Op]) -> Component:
    """A module without a known structure, described by the operations in it."""
    work = [op for op in ops if op.kind not in Group.LAYOUT | Group.SELECTION]
    main = [op for op in work if op.kind in Group.PRODUCT | Group.ACTIVATION | Group.NORMALISATION | _MAIN_KINDS]
    if len(main) == 1:
        return Component(_WORDS.get(main[0].kind, main[0].kind.value), _weights(main[0]), main[0].span)
    first = (main or work or list(ops))[0].span if ops else NOWHERE
    for kind, word in _MIXERS.items():
        if kind in mixers(query, frozenset(ops)):
            return Component(word, "", next((op.span for op in work if op.kind is OpKind.EXP), first))
    return Component("module", "", first)


_MIXERS = {
    Mixer.SSM: "state space",
    Mixer.LINEAR_ATTENTION: "linear attention",
    Mixer.RECURRENT: "recurrence",
}
_MAIN_KINDS = frozenset({OpKind.EMBEDDING, OpKind.POOL, OpKind.INTERPOLATE, OpKind.ATTENTION, OpKind.RECURRENT})
_WORDS = dict.fromkeys(Group.ACTIVATION, "activation") | dict.fromkeys(Group.NORMALISATION, "norm")


def _weights(op: Op) -> str:
    """Sizes of the weight, as ``in → out`` for a linear map; the function's name for an activation."""
    if op.kind in Group.ACTIVATION:
        return op.target.rpartition(".")[2]
    weight = op.operand("weight")
    if weight is None or not weight.outputs:
        return ""
    sizes = [str(int(size)) for size in weight.outputs[0].shape]
    text = " → ".join(reversed(sizes)) if op.kind is OpKind.LINEAR else " × ".join(sizes)
    return f"{text}, bias" if op.operand("bias") is not None else text
