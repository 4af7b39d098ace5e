"""What to add to the message of a rule that raises, so that its author finds the way out."""

from __future__ import annotations

import re

from analyzer.base.suggestions import suggestion
from analyzer.query import Query

_MISSING_NAME = re.compile(r"cannot import name '(\w+)' from 'analyzer\.rule'")


def hint(error: BaseException) -> str:
    """Names near the one that was not found, where an object of this program or ``analyzer.rule`` lacks it.

    For ``norm.bias``, which is ``norm.affine.bias``, the hint is ``; did you mean affine.bias?``. It is empty for other
    errors.
    """
    if type(error) is AttributeError:
        return _attribute(error.obj, error.name or "")
    missing = _MISSING_NAME.search(str(error)) if type(error) is ImportError else None
    if missing is None:
        return ""
    return suggestion(missing[1], _offered()) + "; `asbuilt rules facts` lists the facts"


def _attribute(holder: object, name: str) -> str:
    if isinstance(holder, Query) and name in _offered():
        return f"; did you mean query.facts({name})?"
    kind = type(holder)
    if not kind.__module__.startswith("analyzer."):
        return ""
    names = [each for each in dir(kind) if not each.startswith("_")]
    inside = [f"{each}.{name}" for each in names if name in dir(type(getattr(holder, each, None)))]
    found = f"; did you mean {' or '.join(inside)}?" if inside else suggestion(name, names)
    return found or f"; it has {', '.join(names)}"


def _offered() -> frozenset[str]:
    import analyzer.rule

    return frozenset(analyzer.rule.__all__)
