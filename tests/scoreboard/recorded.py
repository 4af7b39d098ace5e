"""``python -m tests.scoreboard.recorded``: the rules on recorded graphs, without the interpreter.

Tells whether a wrong trait is a matter of recognising (wrong here too) or of interpreting (right here).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from fnmatch import fnmatchcase

from analyzer.graph import BuiltModel
from analyzer.query import Query
from analyzer.report import Finding
from analyzer.rule import Rule
from analyzer.rule.findings import finding
from analyzer.rule.packs import load_packs
from tests import truth
from tests.recorded import built
from tests.scoreboard import report, traits
from tests.scoreboard.traits import ModelVerdicts
from tests.scoreboard.vocabulary import Scope, expectations
from tests.truth import Key, store


def models(chosen: set[Key]) -> Iterator[tuple[Key, BuiltModel]]:
    """The recorded graphs of the chosen models."""
    calls = {_key(row): row for row in store.rows("calls")}
    measured = {_key(row): row for row in store.rows("traits")}
    shapes = {row["class"]: row["parameters"] for row in store.rows("params") if row["class"] in _classes(chosen)}
    for row in store.rows("operations"):
        if (key := _key(row)) in chosen:
            yield key, built(row, calls.get(key), measured.get(key), shapes.get(key.class_name, {}))


def _classes(keys: set[Key]) -> set[str]:
    return {key.class_name for key in keys}


def _key(row: dict[str, str]) -> Key:
    return Key(row["model_type"], row["class"])


def findings(model: BuiltModel, rules: tuple[Rule, ...], failures: dict[str, str]) -> tuple[Finding, ...]:
    """What the rules say; a rule that raises is noted and the others go on."""
    query, found = Query(model), []
    for rule in rules:
        try:
            found += [finding(match, rule, query, lambda span: "") for match in rule.matches(query)]
        except Exception as error:  # noqa: BLE001 - a broken rule is a result here
            failures[f"{rule.id} on {model.class_name}"] = f"{type(error).__name__}: {error}"
    return tuple(found)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.scoreboard.recorded", description=__doc__)
    parser.add_argument("--models", default="*", help="model types or class names, comma-separated, * allowed")
    parser.add_argument("--causal", action="store_true")
    parser.add_argument("--select", default="", help="rules, comma-separated")
    parser.add_argument("--worst", type=int, default=15)
    options = parser.parse_args()
    patterns = options.models.split(",")
    chosen = {
        row.key: row
        for row in truth.measured()
        if (row.causal or not options.causal) and any(fnmatchcase(name, p) for name in row.key for p in patterns)
    }
    rules = tuple(load_packs(entry_points=False).choose(options.select.split(",") if options.select else None))
    failures: dict[str, str] = {}
    judged = list(verdicts(chosen, rules, failures))
    print(report.as_text([traits.section(judged)], options.worst))
    for place, reason in sorted(failures.items()):
        print(f"{place}: {reason}")
    return 0


def verdicts(
    chosen: dict[Key, truth.Measured], rules: tuple[Rule, ...], failures: dict[str, str]
) -> Iterator[ModelVerdicts]:
    """The verdicts on every chosen model; rules that raise are added to ``failures``."""
    known = {trait for rule in rules for trait in rule.traits}
    for key, model in models(set(chosen)):
        row, start = chosen[key], time.perf_counter()
        found = findings(model, rules, failures)
        wanted = [item for item in expectations(row) if item.scope is not Scope.DEFAULT and item.trait in known]
        judged = tuple(traits.judge(item, found, row.main_stack) for item in wanted)
        yield ModelVerdicts("/".join(key), row.causal, judged, time.perf_counter() - start)


if __name__ == "__main__":
    sys.exit(main())
