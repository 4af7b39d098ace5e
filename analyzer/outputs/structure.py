"""Block structure and per-layer schedule as lines to read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from analyzer.base import index_set
from analyzer.outputs.blocks import BlockItem, BlockStep, ModuleBlock
from analyzer.outputs.notation import place
from analyzer.outputs.values import shown
from analyzer.report import Finding

_WIDEST = 52
_STYLES = {"norm": "cyan", "attention": "magenta", "add": "green", "embedding": "blue", "feed-forward": "yellow"}
_STYLES |= {"experts": "yellow", "router": "yellow", "unknown": "red"}


def structure(items: Iterable[BlockItem], depth: int = 1) -> Iterator[Text]:
    """One line a step, aligned within a block; a heading with its number of layers for every block."""
    entries = tuple(items)
    widths = _widths([item for item in entries if isinstance(item, BlockStep)])
    for item in entries:
        if isinstance(item, ModuleBlock):
            yield _block_heading(item, depth)
            yield from structure(item.items, depth + 1)
        else:
            yield _step(item, depth, widths)


def _block_heading(block: ModuleBlock, depth: int) -> Text:
    members = block.group.members
    numbers = str(members[0]) if len(members) == 1 else f"{{{index_set(members, block.group.size)}}}"
    path = f"{block.group.container}.{numbers}" if block.group.container else numbers
    times = f" ×{len(members)}" if len(members) > 1 else ""
    return Text.assemble("  " * depth, (path, "bold"), (times, "bold green"), f"  {block.class_name}")


def _cells(step: BlockStep) -> tuple[str, str, str, str]:
    return step.kind, step.text, step.class_name, step.detail


def _widths(steps: Sequence[BlockStep]) -> list[int]:
    """Column widths; a cell longer than most does not widen its column."""
    columns = list(zip(*map(_cells, steps), strict=True))
    return [max((len(cell) for cell in column if len(cell) <= _WIDEST), default=0) for column in columns]


def _step(step: BlockStep, depth: int, widths: Sequence[int]) -> Text:
    line = Text("  " * depth)
    for cell, width, style in zip(_cells(step), widths, (_STYLES.get(step.kind, ""), "", "", ""), strict=True):
        line.append(f"{cell:<{width}}  ", style)
    line.append(place(step.span), "dim").rstrip()
    return line


def schedule(items: Iterable[BlockItem], findings: Sequence[Finding]) -> Iterator[Text]:
    """Per list of layers that are not all alike: which layers are what."""
    by_container: dict[str, list[ModuleBlock]] = {}
    for block in _all_blocks(items):
        by_container.setdefault(block.group.container, []).append(block)
    for container, found in by_container.items():
        rows = _rows(container, found, findings)
        if len(rows) > 1:
            total = sum(len(block.group.members) for block in found)
            yield Text.assemble("  ", (container, "bold"), f"  {total} layers")
            width = max(len(numbers) for numbers, _ in rows)
            yield from (Text.assemble("    ", (f"{numbers:<{width}}", "green"), f"  {text}") for numbers, text in rows)


def _all_blocks(items: Iterable[BlockItem]) -> Iterator[ModuleBlock]:
    for item in items:
        if isinstance(item, ModuleBlock):
            yield item
            yield from _all_blocks(item.items)


def _rows(container: str, found: Sequence[ModuleBlock], findings: Sequence[Finding]) -> list[tuple[str, str]]:
    """(layer numbers, what sets them apart) for every kind of layer."""
    steps = {number: _words(block) for block in found for number in block.group.members}
    traits: dict[int, list[str]] = {number: [] for number in steps}
    for finding in findings:
        chosen = _chosen(finding.module, container)
        if finding.trait and not chosen >= set(steps):
            for number in chosen & set(steps):
                traits[number].append(f"{finding.trait} {shown(finding)}")
    same = len(set(steps.values())) == 1
    kinds: dict[str, list[int]] = {}
    for number in sorted(steps):
        words = [] if same else [steps[number]]
        kinds.setdefault("; ".join([*words, *traits[number]]), []).append(number)
    return [(index_set(numbers, max(steps) + 1), text) for text, numbers in kinds.items()]


def _words(block: ModuleBlock) -> str:
    return " ".join(item.kind if isinstance(item, BlockStep) else item.class_name for item in block.items)


def _chosen(pattern: str, container: str) -> set[int]:
    """The members of ``container`` that a pattern names one by one (``layers.{0,2}.mlp``)."""
    own = re.match(re.escape(container) + r"\.(\{\d{1,9}(?:,\d{1,9})*\}|\d{1,9})(?:\.|$)", pattern)
    return {int(number) for number in own[1].strip("{}").split(",")} if own else set()
