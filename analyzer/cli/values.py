"""Values that are given on the command line: ``field=value``, ``name=int64[2,7]``, ``MODEL@PATH``."""

from __future__ import annotations

import re
from pathlib import Path

import click
import msgspec

from analyzer.base import shallow
from analyzer.graph import Dtype

_INPUT = re.compile(r"(?P<dtype>\w+)\[(?P<sizes>[\d\s,]*)\]")

_DIGITS = 18


class Assignment(click.ParamType[tuple[str, object]]):
    """``name=value``: the value as JSON, or as text if it is not valid JSON (``hidden_act=relu``)."""

    name = "name=value"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, object]:
        name, equals, text = str(value).partition("=")
        if not equals or not name.strip():
            self.fail(f"{value!r} is not name=value", param, ctx)
        return name.strip(), _decoded(text.strip())


class TensorInput(click.ParamType[tuple[str, tuple[str, tuple[int, ...]]]]):
    """``name=dtype[sizes]``: a tensor that the forward call is given."""

    name = "name=dtype[sizes]"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, tuple[str, tuple[int, ...]]]:
        name, _, text = str(value).partition("=")
        match = _INPUT.fullmatch(text.strip())
        if not name.strip() or match is None:
            self.fail(f"{value!r} is not name=dtype[sizes], for example input_ids=int64[2,7]", param, ctx)
        if match["dtype"] not in set(Dtype):
            self.fail(f"{match['dtype']!r} is none of {', '.join(Dtype)}", param, ctx)
        sizes = [part for part in match["sizes"].replace(" ", "").split(",") if part]
        if any(len(part) > _DIGITS for part in sizes):
            self.fail(f"{value!r} has a size of more than {_DIGITS} digits", param, ctx)
        return name.strip(), (match["dtype"], tuple(map(int, sizes)))


def split_model(name: str, tree: Path | None) -> tuple[str, Path | None]:
    """``MODEL@PATH`` as name and tree; a plain name keeps ``tree``."""
    model, at, path = name.partition("@")
    if not at:
        return name, tree
    if not model or not path:
        raise click.BadParameter(f"{name!r} is not MODEL@PATH")
    return model, Path(path)


def _decoded(text: str) -> object:
    try:
        with shallow():
            return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text
