"""The places that findings show for the evidence of a match, what decides first.

A number that an operation uses was often set somewhere else: ``nn.LayerNorm(size, eps=1e-6)`` decides what a later
``self.norm(x)`` computes. And an operation may run in code that all models share: the model's own call comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analyzer.base import NOWHERE, Span
from analyzer.graph import ModuleInfo, Op, Setting
from analyzer.query import Query
from analyzer.rule.origins import AT_DEFAULT, unprefixed
from analyzer.rule.rule import Evidence
from analyzer.values import origin_of, plain

CONSTRUCTION = "construction"
SETTING = "setting"
CALL = "call"
FIELD = "field"
_FEW = 3


def places(evidence: Iterable[Evidence], query: Query, fields: Iterable[str] = ()) -> tuple[tuple[str, Span], ...]:
    """Roles and places in the analysed tree. A place that plays several roles is there once.

    Args:
        evidence: What a match shows.
        query: The model.
        fields: The configuration fields that decide, the nearest first: the defaults of a few are shown.
    """
    roles: dict[Span, dict[str, None]] = {}
    for role, span in (*(place for one in evidence for place in _places(one, query)), *_defaults(fields, query)):
        if not span.external:
            roles.setdefault(span, {})[role] = None
    return tuple((", ".join(names), span) for span, names in roles.items())


def _defaults(fields: Iterable[str], query: Query) -> list[tuple[str, Span]]:
    """Where fields that nobody gave get their values."""
    known = (query.model.config.get(unprefixed(name)) for name in dict.fromkeys(fields))
    found = [one.span for one in known if one is not None and one.source in AT_DEFAULT and not one.span.external]
    return [(FIELD, span) for span in found[:_FEW]]


def _places(evidence: Evidence, query: Query) -> Iterator[tuple[str, Span]]:
    op = evidence.op
    if op is not None:
        yield from _origins(evidence, op, query)
        yield CALL, _own_call(op, evidence.span, query)
    yield evidence.role, evidence.span


def _origins(evidence: Evidence, op: Op, query: Query) -> Iterator[tuple[str, Span]]:
    """Where the module of ``op`` was constructed, if that decides, and where the numbers of ``evidence`` were set."""
    module = query.tree.get(op.module)
    if module is None:
        return
    settings = [one for number in evidence.numbers if (one := _setting(module, number)) is not None]
    foreign = module.library or _is_shared(module.span, query)
    if (foreign and (evidence.built or evidence.numbers)) or any(one.constructed for one in settings):
        yield CONSTRUCTION, module.created
    for setting in settings:
        yield from ((SETTING, place) for place in setting.places)


def _setting(module: ModuleInfo, number: object) -> Setting | None:
    """How ``module`` got ``number``; None if it did not, or if several attributes could be meant."""
    if isinstance(plain(number), bool | str | None):
        return None
    same = {(one.places, one.constructed): one for one in module.settings if _same(one.value, number)}
    return next(iter(same.values())) if len(same) == 1 else None


def _same(value: object, number: object) -> bool:
    first, second = origin_of(value), origin_of(number)
    if first is not None and second is not None:
        return first.expression == second.expression
    alike = first is second and type(plain(value)) is type(plain(number))
    return alike and plain(value) == plain(number)


def _own_call(op: Op, shown: Span, query: Query) -> Span:
    """The model's own call that led to ``op``, if ``shown`` lies in code that models share."""
    if not _is_shared(shown, query):
        return NOWHERE
    own = (span for span in reversed(op.stack) if not span.external and not _is_shared(span, query))
    return next(own, NOWHERE)


def _is_shared(span: Span, query: Query) -> bool:
    """Whether models share the code at ``span``. Each has a folder beside those of the others; what lies outside of the
    folder that holds these is shared."""
    models = _folder(_folder(query.model.path))
    return bool(models) and not span.path.startswith(f"{models}/")


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
