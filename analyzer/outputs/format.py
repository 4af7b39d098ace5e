"""What an output format is: a name, a line of help, and a function from a result to what is printed.

A *kind* of result (findings, a graph, a comparison …) has a ``FormatTable``: the formats in which it can be printed.
Equal names mean the same medium for every kind, so ``csv`` is a table with a line of headings everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import Any, Generic, TypeAlias, TypeVar

from rich.text import Text

R = TypeVar("R")
Rendered: TypeAlias = Iterable[str | Text] | str | bytes
"""Lines as they come, or a whole document."""


@dataclass(frozen=True, slots=True)
class Display:
    """What a reader wants to see: ``verbose`` cuts no list, ``unchanged`` adds the rows of a comparison that are equal,
    ``expressions`` writes sizes as expressions over the configuration, ``transposed`` swaps rows and columns,
    ``everything`` gives code hosts also what asks for no attention."""

    verbose: bool = False
    unchanged: bool = False
    expressions: bool = False
    transposed: bool = False
    everything: bool = False


PLAIN = Display()


class Medium(Enum):
    """What a format is written in: its name on the command line, the extension of files, the media type."""

    TEXT = ("text", ".txt", "text/plain")
    TABLE = ("table", ".txt", "text/plain")
    JSON = ("json", ".json", "application/json")
    JSONL = ("jsonl", ".jsonl", "application/jsonl")
    MARKDOWN = ("markdown", ".md", "text/markdown")
    CSV = ("csv", ".csv", "text/csv")
    LATEX = ("latex", ".tex", "application/x-tex")
    SARIF = ("sarif", ".sarif", "application/sarif+json")
    CONCISE = ("concise", ".txt", "text/plain")
    GITHUB = ("github", ".txt", "text/plain")
    GITLAB = ("gitlab", ".json", "application/json")
    JUNIT = ("junit", ".xml", "application/xml")
    GRAPHML = ("graphml", ".graphml", "application/graphml+xml")
    DOT = ("dot", ".dot", "text/vnd.graphviz")
    MERMAID = ("mermaid", ".mmd", "text/vnd.mermaid")


@dataclass(frozen=True, slots=True)
class Delimiters:
    """What stands before, between and after results that are printed one after the other."""

    before: str | None = None
    between: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Format(Generic[R]):
    """One way to print a result of type ``R``; ``delimiters`` joins several results to one document."""

    medium: Medium
    help: str
    render: Callable[[R, Display], Rendered]
    delimiters: Delimiters = Delimiters()

    @property
    def name(self) -> str:
        return self.medium.value[0]

    @property
    def extension(self) -> str:
        return self.medium.value[1]

    @property
    def media_type(self) -> str:
        return self.medium.value[2]


@dataclass(frozen=True, slots=True)
class FormatTable(Generic[R]):
    """The formats of one kind of result; the first is the default."""

    kind: str
    formats: tuple[Format[R], ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.formats)

    @property
    def help(self) -> str:
        """What ``--help`` says about ``--format``."""
        return "; ".join(f"{one.name}: {one.help}" for one in self.formats) + "."

    def __iter__(self) -> Iterator[Format[R]]:
        return iter(self.formats)

    def __getitem__(self, name: str) -> Format[R]:
        return next(one for one in self.formats if one.name == name)

    def render(self, result: R, name: str, display: Display = PLAIN) -> Rendered:
        """``result`` in the format called ``name``."""
        return self[name].render(result, display)


def collected(rendered: Rendered) -> str | bytes | list[str | Text]:
    """The same with all lines made, so that it can leave the process that made it."""
    return rendered if isinstance(rendered, str | bytes) else [*rendered]


def lines_of(rendered: Rendered) -> Iterable[str | Text]:
    """The lines of what was rendered, without their ends."""
    match rendered:
        case bytes():
            return rendered.decode().splitlines()
        case str():
            return rendered.splitlines()
        case _:
            return rendered


def as_text(rendered: Rendered) -> str:
    """What was rendered as plain text; every line has its end."""
    if isinstance(rendered, bytes):
        return f"{rendered.decode()}\n"
    if isinstance(rendered, str):
        return rendered
    return "".join(f"{line.plain if isinstance(line, Text) else line}\n" for line in rendered)


def one_after_another(form: Format[Any], documents: Iterable[Rendered]) -> Iterator[str | Text]:
    """The lines of one document made of several of the same format: an array, a table, or pages with an empty line
    between them."""
    array, is_table = form.medium is Medium.JSON, form.medium is Medium.CSV
    between = "" if form.medium in (Medium.TEXT, Medium.MARKDOWN) else "," if array else None
    if array:
        yield "["
    for number, document in enumerate(documents):
        if number and between is not None:
            yield between
        yield from islice(lines_of(document), 1 if number and is_table else 0, None)
    if array:
        yield "]"
