"""A configuration field that is read with a fallback other than its declared default.

``getattr(config, "field", 4)`` where the configuration class declares 8 (or None): one of the two numbers is never
used.

*Why it matters*: the reader of the model's code takes the fallback for the value. When the configuration class changes
or another one is passed, the model silently becomes a different one.
"""

from collections.abc import Iterable

from analyzer.rule import FieldRead, Match, Query, Rule, at, block_example, fallback_reads, plain


def check(query: Query) -> Iterable[Match]:
    differing: dict[str, list[FieldRead]] = {}
    for read, field in query.facts(fallback_reads):
        given = query.because("the fallback is a value", read.fallback is not None)
        standing = query.because("the field stands at its default", field.source == "default")
        if given and standing and query.because("the two differ", not _same(read.fallback, plain(field.value))):
            message = f"{read.fallback!r}, its default is {plain(field.value)!r}"
            differing.setdefault(f"config.{field.name} is read with the fallback {message}", []).append(read)
    for message, reads in differing.items():
        declared = query.model.config[reads[0].field].span
        yield Match(True, (*(at("read", read.span) for read in reads), at("declaration", declared)), message=message)


def _same(one: object, other: object) -> bool:
    """Whether two values mean the same; None and False both say that something is off."""
    if one is False and other is None:
        return True
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return one == other and (numbers or type(one) is type(other))


_DIFFERS = block_example(
    'self.up, self.scale = nn.Linear(config.width, config.width), getattr(config, "depth", 5)',
    "return self.up(x) * self.scale",
    fields={"width": 8, "depth": 3},
    finds=True,
)

_EXAMPLES = (_DIFFERS, _DIFFERS.changed("depth=3", "depth=5", finds=None))

RULE = Rule("HAZ002", "fallback-differs", check, kind="hazard", severity="warning", examples=_EXAMPLES)
