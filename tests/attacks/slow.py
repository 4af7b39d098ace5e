"""Programs that run into a budget of statements, time or memory, so that each takes seconds; the tests leave them out."""

SLOW: frozenset[str] = frozenset()
