"""Places in printed lines that open the file at that line, in terminals that have hyperlinks (OSC 8)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text

if TYPE_CHECKING:
    from analyzer.outputs import Rendered

_PLACE = re.compile(r"(?<![\w./-])((?:[\w-][\w.-]*/)*[\w-][\w.-]*\.py):([1-9]\d{0,8})\b")


def with_links(rendered: Rendered, root: Path | str) -> Rendered:
    """``rendered`` with a link on each place (``models/x/modeling_x.py:12``), which is relative to ``root``.

    Whole documents stay as they are. Where the output is no terminal, links are left out like colours.
    """
    return rendered if isinstance(rendered, str | bytes) else _linked(rendered, Path(root).absolute())


def _linked(lines: Iterable[str | Text], root: Path) -> Iterator[str | Text]:
    for line in lines:
        if isinstance(line, Text):
            for found in _PLACE.finditer(line.plain):
                line.stylize(Style(link=f"{(root / found[1]).as_uri()}#{found[2]}"), found.start(), found.end())
        yield line
