"""The rewrites on many models: ``python -m tests.perturbations [--models A,B] [--rewrites NAME,…] [--groups N]``.

The rewrites are applied to all models in a copy of the installed transformers, which are then examined again: one at a
time, or in groups (``--groups``), which is faster; the rewrites of a group that changed something are then tried one at
a time on the models in question. The table says at how many places each applied, and how many values of traits stayed,
changed and became unknown, the worst first. With ``--results FILE`` what is done is kept, and a second run goes on.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from tests.corpus import installed
from tests.perturbations.catalogue import REWRITES
from tests.perturbations.comparing import Bench, Result, Settings, Verdict
from tests.perturbations.rewriting import Rewrite

MODELS = Path(__file__).parent / "models.txt"
Group = Sequence[Rewrite]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.perturbations", description=__doc__)
    parser.add_argument("--models", default="", help="model types, comma-separated; those of models.txt if not given")
    parser.add_argument("--rewrites", default="", help="names of rewrites, comma-separated; all if not given")
    parser.add_argument("--groups", type=int, help="apply the rewrites together, in this number of groups")
    parser.add_argument("--results", type=Path, help="a file that keeps what is done")
    parser.add_argument("--details", action="store_true", help="show every difference")
    options = parser.parse_args()
    source = installed()
    if source is None:
        parser.error("transformers is not installed")
    wanted = [name for name in options.rewrites.split(",") if name]
    chosen = [one for one in REWRITES if not wanted or one.name in wanted]
    count = options.groups or len(chosen)
    models = listed()
    if options.models:
        models = {name: models.get(name, {}) for name in options.models.split(",")}
    results = list(_results(source, models, [chosen[number::count] for number in range(count)], options.results))
    print(table(results))
    if options.details:
        print("\n".join(details(results)))
    return 1 if any(verdict.changed for one in results for verdict in one.verdicts.values()) else 0


def listed() -> dict[str, Settings]:
    """The models of the list, each with fewer layers than its default where more would be more of the same."""
    lines = (line.split() for line in MODELS.read_text(encoding="utf-8").splitlines())
    return {name: {field: int(value) for field, value in (one.split("=") for one in rest)} for name, *rest in lines}


def _results(
    source: Path, models: Mapping[str, Settings], groups: Sequence[Group], kept: Path | None
) -> Iterator[Result]:
    done = _read(kept) if kept and kept.exists() else []
    yield from done
    covered = [one.sites.keys() for one in done]
    missing = [group for group in groups if {one.name for one in group} not in covered]
    if not missing:
        return
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(source, Path(folder) / "transformers", models)
        for group in missing:
            for result in _tried(bench, group):
                print(*_rows(result), sep="\n", file=sys.stderr, flush=True)
                done.append(result)
                if kept:
                    kept.write_text(json.dumps([asdict(one) for one in done], indent=1), encoding="utf-8")
                yield result


def _tried(bench: Bench, group: Group) -> Iterator[Result]:
    """The group as a whole, and one at a time those of its rewrites that do something to what changed."""
    result = bench.run(group)
    yield result
    if len(group) > 1 and result.troubled:
        yield from (bench.run([one], result.troubled) for one in group)


def _read(file: Path) -> list[Result]:
    rows = json.loads(file.read_text(encoding="utf-8"))
    return [Result(row["sites"], {name: Verdict(**one) for name, one in row["verdicts"].items()}) for row in rows]


def _counts(result: Result) -> tuple[int, int, int]:
    """Values of traits that changed, became unknown, stayed."""
    verdicts = result.verdicts.values()
    return (
        sum(len(one.changed) for one in verdicts),
        sum(len(one.unknown) for one in verdicts),
        sum(one.same + one.moved for one in verdicts),
    )


def _rows(result: Result) -> Iterator[str]:
    """A line for the whole, and one with the sites of each rewrite where they are several."""
    changed, unknown, same = _counts(result)
    name = next(iter(result.sites)) if len(result.sites) == 1 else f"{len(result.sites)} together"
    sites = sum(result.sites.values())
    yield f"{name:34} {sites:6} {len(result.verdicts):7} {same:7} {changed:8} {unknown:8}"
    if len(result.sites) > 1:
        yield from (f"    {one:30} {count:6}" for one, count in result.sites.items())


def table(results: Iterable[Result]) -> str:
    """The rows of every result, the worst first."""
    head = f"{'rewrite':34} {'sites':>6} {'models':>7} {'same':>7} {'changed':>8} {'unknown':>8}"
    ordered = sorted(results, key=lambda one: _counts(one)[:2], reverse=True)
    return "\n".join((head, *(row for one in ordered for row in _rows(one))))


def details(results: Iterable[Result]) -> Iterator[str]:
    """Every value that changed or became unknown."""
    for result in results:
        name = ", ".join(result.sites)
        for model, verdict in result.verdicts.items():
            yield from (f"{name} | {model} | changed | {one}" for one in verdict.changed)
            yield from (f"{name} | {model} | unknown | {one}" for one in verdict.unknown)


if __name__ == "__main__":
    sys.exit(main())
