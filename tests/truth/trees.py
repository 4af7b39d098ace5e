"""Names of tensors in a compact tree: equal numbered siblings (the layers of a stack) are written once.

``{"layers.0.w": x, "layers.1.w": x}`` becomes ``{"layers": {"{0..1}": {"w": x}}}``. A name that is a tensor and the
prefix of another tensor's name keeps its own value under the empty key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TypeAlias

Shape: TypeAlias = "list[int]"
Tree: TypeAlias = "dict[str, Tree] | Shape"


def pack(shapes: Mapping[str, Shape]) -> Tree:
    """The compact tree of ``shapes``."""
    root: dict[str, Tree] = {}
    for name, shape in shapes.items():
        _insert(root, name.split("."), shape)
    return _merged(root)


def unpack(tree: Tree) -> dict[str, Shape]:
    """The flat mapping that ``pack`` was given; numbered siblings come in numerical order."""
    return dict(_leaves(tree, ()))


def _insert(node: dict[str, Tree], parts: list[str], shape: Shape) -> None:
    for part in parts[:-1]:
        child = node.setdefault(part, {})
        if not isinstance(child, dict):
            child = node[part] = {"": child}
        node = child
    last = node.get(parts[-1])
    if isinstance(last, dict):
        last[""] = shape
    else:
        node[parts[-1]] = shape


def _merged(node: Tree) -> Tree:
    if not isinstance(node, dict):
        return node
    groups: dict[str, list[int]] = {}
    result: dict[str, Tree] = {}
    for key, child in node.items():
        packed = _merged(child)
        if key.isdecimal() and str(int(key)) == key:
            groups.setdefault(json.dumps(packed), []).append(int(key))
        else:
            result[key] = packed
    for text, numbers in groups.items():
        result["{" + ",".join(_ranges(numbers)) + "}"] = json.loads(text)
    return result


def _ranges(numbers: list[int]) -> Iterator[str]:
    numbers = sorted(numbers)
    start = 0
    for position in range(1, len(numbers) + 1):
        if position < len(numbers) and numbers[position] == numbers[position - 1] + 1:
            continue
        first, last = numbers[start], numbers[position - 1]
        yield str(first) if first == last else f"{first}..{last}"
        start = position


def _leaves(tree: Tree, prefix: tuple[str, ...]) -> Iterator[tuple[str, Shape]]:
    if not isinstance(tree, dict):
        yield ".".join(prefix), tree
        return
    for key, child in sorted(_expanded(tree), key=_order):
        yield from _leaves(child, (*prefix, key) if key else prefix)


def _expanded(tree: dict[str, Tree]) -> Iterator[tuple[str, Tree]]:
    for key, child in tree.items():
        if not key.startswith("{"):
            yield key, child
            continue
        for part in key[1:-1].split(","):
            first, _, last = part.partition("..")
            yield from ((str(number), child) for number in range(int(first), int(last or first) + 1))


def _order(pair: tuple[str, Tree]) -> tuple[int, int]:
    """Numbered siblings by number after the others, which keep their order (``sorted`` is stable)."""
    return (1, int(pair[0])) if pair[0].isdecimal() else (0, 0)
