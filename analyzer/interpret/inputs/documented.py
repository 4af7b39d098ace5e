"""Shapes that a model's own documentation states for the arguments of ``forward``.

Documentation strings name arguments with their shapes: ``name (`torch.Tensor` of shape `(batch_size, num_points, 2)`)``
or ``name: ... [batch, frames]``. The words of a shape are sizes of the configuration, of the analysed call (batch,
sequence), or numbers; other words get a small size of their own, the same wherever the word stands.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from analyzer.interpret.inputs.fields import Fields
from analyzer.library.inputs import BATCH, IMAGE_SIZE, SEQUENCE, TARGET_SEQUENCE
from analyzer.sources import syntax

SMALL = (5, 3, 4, 6)
"""Sizes of words that nothing else decides, in the order of their appearance."""
BATCHES = frozenset({"batch_size", "batch", "b", "bsz", "bs", "n"})
SEQUENCES = frozenset(
    {
        "sequence_length",
        "seq_length",
        "seq_len",
        "input_ids_length",
        "text_sequence_length",
        "s",
        "num_samples",
        "audio_length",
    }
)
TARGETS = frozenset({"target_sequence_length", "target_length", "decoder_sequence_length", "tgt_len"})
HEIGHTS = frozenset({"height", "h", "image_size", "frame_size", "image_height"})
WIDTHS = frozenset({"width", "w", "image_width"})
CHANNELS = frozenset({"num_channels", "channels", "c", "in_channels"})

_SHAPE = re.compile(r"shapes?\W{0,12}?[(\[]([^()\[\]]*)[)\]]")
_BRACKETS = re.compile(r"\[([^\[\]]*,[^\[\]]*)\]")
_LIKE = re.compile(r"\bshape (?:of|as) `{0,2}(\w+)`{0,2}(?!\()")
"""The shape of another argument: "with the shape of image_embeddings"."""
_TYPE = re.compile(r"\b(Long|Int|Bool|Float|Half)Tensor\b")
_OPERATORS: Mapping[type, Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.floordiv,
}


@dataclass(frozen=True, slots=True)
class Documented:
    """What is said of one argument: the words of its shape (None without one) and its element type (empty if open).

    ``like`` is another argument that it has the shape of.
    """

    words: tuple[str, ...] | None
    kind: str
    like: str = ""


@dataclass(slots=True)
class Vocabulary:
    """Turns words of documented shapes into sizes."""

    fields: Fields
    sequence: int = SEQUENCE
    channels: int = 3
    other: int | None = None
    """The size of a word that nothing decides, a small one each if None."""
    _others: dict[str, int] = field(default_factory=dict)

    def shape(self, words: Iterable[str]) -> tuple[int, ...] | None:
        """The sizes that ``words`` stand for; None if one of them is no expression over words and integers."""
        sizes = [self._size(word) for word in words]
        return None if None in sizes else tuple(size for size in sizes if size is not None)

    def _size(self, word: str) -> int | None:
        try:
            tree = ast.parse(word.strip(), mode="eval").body
        except (SyntaxError, ValueError):
            return None
        size = self._evaluated(tree)
        return size if size is not None and size > 0 else None

    def _evaluated(self, node: ast.expr) -> int | None:
        match node:
            case ast.Constant(value=int() as number):
                return number
            case ast.Name(id=word) | ast.Attribute(attr=word):
                return self._word(word)
            case ast.BinOp(left=left, op=symbol, right=right) if type(symbol) in _OPERATORS:
                one, other = self._evaluated(left), self._evaluated(right)
                if one is None or other is None or (other == 0 and isinstance(symbol, ast.FloorDiv | ast.Div)):
                    return None
                return _OPERATORS[type(symbol)](one, other)
        return None

    def _word(self, word: str) -> int:
        lower = word.lower()
        if lower in BATCHES:
            return BATCH
        if lower in TARGETS:
            return TARGET_SEQUENCE
        if lower in SEQUENCES:
            return self.sequence
        if lower in HEIGHTS or lower in WIDTHS:
            sides = self.fields.pair("image_size", "img_size", "input_size") or (IMAGE_SIZE, IMAGE_SIZE)
            return sides[lower in WIDTHS]
        if lower in CHANNELS:
            return self.fields.integer("num_channels", "in_channels", "in_chans", "audio_channels") or self.channels
        declared = self.fields.integer(word)
        if declared is not None and declared > 0:
            return declared
        return self._others.setdefault(lower, self.other or SMALL[len(self._others) % len(SMALL)])


def documented(text: str, names: Iterable[str]) -> dict[str, Documented]:
    """What the documentation string ``text`` says of the arguments ``names``."""
    known = set(names)
    found: dict[str, Documented] = {}
    for name, entry in _entries(text, known):
        stated = _SHAPE.search(entry) or _BRACKETS.search(entry)
        kind = _TYPE.search(entry)
        words = tuple(word for word in stated.group(1).split(",") if word.strip()) if stated else None
        like = _LIKE.search(entry)
        other = like.group(1) if like is not None and words is None and like.group(1) in known else ""
        if words is not None or kind is not None or other:
            found.setdefault(name, Documented(words or None, kind.group(1).lower() if kind else "", other))
    return found


def _entries(text: str, names: set[str]) -> list[tuple[str, str]]:
    """(argument, everything said of it) in the order of the text."""
    entries: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        head = re.match(r"\s*`{0,2}(\w+)`{0,2}\s*[(:]", line)
        if head is not None and head.group(1) in names:
            entries.append((head.group(1), [line]))
        elif not line.strip() or line.strip().endswith(":"):
            entries.append(("", []))
        elif entries:
            entries[-1][1].append(line)
    return [(name, "\n".join(lines)) for name, lines in entries if name]


def docstring(node: syntax.Node) -> str:
    """The documentation string of a function, empty without one."""
    body = node.body if isinstance(node, syntax.FunctionDefinition) else ()
    match body[:1]:
        case (syntax.ExpressionStatement(value=syntax.Literal(value=str() as text)),):
            return text
    return ""
