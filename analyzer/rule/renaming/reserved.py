"""Names of Python and of the frameworks. A program that has them renamed means something else."""

from __future__ import annotations

from analyzer.frameworks import RESERVED

HOOKS = RESERVED.methods
ATTRIBUTES = RESERVED.attributes
PARAMETERS = RESERVED.parameters
LIBRARY_READS_MEMBERS = RESERVED.reading_decorators
PATH_ATTRIBUTES = RESERVED.paths
REGISTERING = RESERVED.registering | {"__setattr__"}
BY_STRING = frozenset({"getattr", "setattr", "hasattr", "delattr"})
MEMBERS = RESERVED.tensor_members | {
    *("append", "copy", "count", "endswith", "extend", "format", "get", "index", "insert", "items", "join", "keys"),
    *("lower", "pop", "replace", "sort", "split", "startswith", "strip", "update", "upper", "values"),
}
"""Members of tensors, containers and strings. The object decides whether such a name is a model's own attribute."""


def is_foreign(identifier: str) -> bool:
    """Whether a variable or attribute of this name holds an object of a library: a configuration, cache or output."""
    return identifier.lower().endswith(RESERVED.configurations) or is_answer(identifier)


def is_answer(identifier: str) -> bool:
    """Whether a variable or attribute of this name holds a cache or an output, which the program's classes extend."""
    word = identifier.lower()
    return word.endswith(RESERVED.results) or any(part in word for part in RESERVED.result_words)


def is_dunder(name: str) -> bool:
    """Whether Python gives ``name`` its meaning, or mangles it."""
    return name.startswith("__") or not name.strip("_")
