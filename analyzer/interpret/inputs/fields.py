"""Sizes that a configuration declares, looked up through the configurations nested in it."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.library.framework import Declarations
from analyzer.values import Instance, Value, plain


class Fields:
    """Lookup of configuration fields, in the configuration itself and in the ones nested in it."""

    def __init__(self, config: Instance | None, declarations: Declarations) -> None:
        self._declarations = declarations
        self._configs = [] if config is None else list(_all_configs(config, set()))

    def integer(self, *names: str) -> int | None:
        """The first of ``names`` that is an integer anywhere, outermost configuration first."""
        for name in names:
            for config in self._configs:
                value = self._plain(config, name)
                if isinstance(value, list | tuple) and value:
                    value = value[0]
                if isinstance(value, int) and not isinstance(plain(value), bool):
                    return value
        return None

    def pair(self, *names: str) -> tuple[int, int] | None:
        """The first of ``names`` that is a height and a width (or one number for both) anywhere."""
        for name in names:
            for config in self._configs:
                value = self._plain(config, name)
                if isinstance(value, dict):
                    value = [value.get("height"), value.get("width")]
                match value if isinstance(value, list | tuple) else (value, value):
                    case (int() as height, int() as width) if type(plain(height)) is type(plain(width)) is int:
                        return height, width
        return None

    def at(self, path: str) -> Value:
        """The value at a dotted path from ``config``, None if there is none."""
        value: Value = self._configs[0] if self._configs else None
        for name in path.split(".")[1:]:
            value = self._plain(value, name) if isinstance(value, Instance) else None
        return value

    def flag(self, name: str) -> bool:
        return any(bool(config.attributes.get(name)) for config in self._configs[:1])

    def _plain(self, config: Instance, name: str) -> Value:
        if name not in config.attributes:
            name = self._declarations.field_aliases(config.cls).get(name, name)
        return config.attributes.get(name)


def _all_configs(config: Instance, seen: set[int]) -> Iterator[Instance]:
    if id(config) in seen:
        return
    seen.add(id(config))
    yield config
    for value in config.attributes.values():
        if isinstance(value, Instance):
            yield from _all_configs(value, seen)
