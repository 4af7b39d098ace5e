"""Which models a model is made from."""

from __future__ import annotations

import re
from collections import Counter

from analyzer.provenance.origins import derived, model_of
from analyzer.provenance.source import Sources


def parents_of(sources: Sources, folder: str) -> dict[str, int]:
    """How many classes a model takes from each other model: by inheritance in its modular file, else by marked copies.

    ``folder`` is the path of the model's folder; the model with most comes first.
    """
    counts: Counter[str] = Counter()
    if not folder:
        return counts  # a model that stands alone has no neighbours
    for path in sources.source_files(folder):
        if (source := sources.file(path)) is not None:
            counts.update(item.base_model for item in derived(sources, source))
    if not counts and sources.layout is not None:
        mark = re.compile(rf"Copied from {re.escape(sources.layout.models_package)}\.(\w+)\.")
        for path in sources.model_files(folder):
            if (source := sources.file(path)) is not None:
                counts.update(found[1] for line in source.lines if (found := mark.search(line)))
    counts.pop(model_of(f"{folder}/x"), None)
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def chain_of(sources: Sources, folder: str) -> tuple[str, ...]:
    """The model, the model that most of it derives from, and so on."""
    above, _, name = folder.rpartition("/")
    chain = [name]
    while True:
        parents = parents_of(sources, f"{above}/{chain[-1]}" if above else chain[-1])
        following = next((parent for parent in parents if parent not in chain), None)
        if following is None:
            return tuple(chain)
        chain.append(following)
