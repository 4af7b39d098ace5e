"""Programs that run into a budget, so that each takes seconds; the tests leave them out."""

SLOW: frozenset[str] = frozenset()
