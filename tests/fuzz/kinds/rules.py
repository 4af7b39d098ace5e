"""Rules and claims as TOML, and rules as Python that misbehaves: a user's own files may be broken too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from random import Random

import analyzer
from analyzer import InputError, Report
from analyzer.api import check_claims
from tests.fuzz.case import Case, Fault
from tests.fuzz.checks import HEALTHY, HEALTHY_FILE, command, healthy_part_of, internals, scanned, unencodable
from tests.fuzz.kinds.encodings import DAMAGES
from tests.fuzz.sampled import expected, one_in

ROOT = Path(__file__).parents[3]
_TOKENS = (
    "and", "or", "not", "=", "!=", "<", ">=", "in", "[", "]", "(", ")", '"model"', "absent", "is", "after",
    "config.x", "norm.final", "router", "1e999", "-1", "9" * 5000, "true",
           "''", '"""', "[[rules]]", "[scope]", "\n", "{", "}", "=", ",", "id", "when", "message", "severity",
           "\\ud800", "{config.hidden_size}", "{x.call}", "{0}", "null", "2020-01-01", "inf",
           "norm.placement", "*", "examples", "code", "expect", "inputs", "stacks", '"main"', "claims", "trait",
           "value", "where", "checkpoint", "((((", "not not not")  # fmt: skip
PYTHON = '''"""A rule that misbehaves."""
import sys, os
from analyzer.rule import Example, Match, Query, Rule, at, norms
{before}

def check(query: Query):
    {body}
    yield from ()

RULE = Rule("USR900", "misbehaving", check, traits=("own.thing",), examples=())
{after}
'''
BODIES = (
    "raise ValueError('\\ud800\\x1b')", "sys.exit(0)", "sys.exit(1)", "raise SystemExit('x')", "raise GeneratorExit",
    "raise MemoryError", "raise BaseException('x')",
    "return 5", "yield 5", "yield None", "print('noise')", "sys.stdout.write('noise')", "sys.stdout.close()",
    "yield Match(object(), ())", "yield Match('\\ud800', ())", "yield Match(float('nan'), ())",
    "yield Match(True, ())", "yield Match([1, {}], (), module='\\x1b[31m')", "yield Match(10**5000, ())", "1 / 0",
    "check(query)", "query.facts(5)", "query.nothing", "import nowhere",
    "a = []\n    a.append(a)\n    yield Match(a, ())", "yield Match(lambda: 0, ())",
    "raise type('E\\x1b', (Exception,), {})('x')", "yield Match('x', at('x', None))", "assert False",
)  # fmt: skip
ON_TOP = (
    "raise ValueError('\\ud800\\x1b')", "sys.exit(0)", "sys.exit(1)", "raise GeneratorExit",
    "raise MemoryError", "1 / 0", "raise BaseException('x')", "print('noise')", "import nowhere",
    "def f(): f()\nf()", "sys.stdout.close()",
)  # fmt: skip
AFTER = ("RULE = None", "RULE = 5", "RULE = Rule", "del RULE", "RULE = [RULE] * 2", "RULE.id = 5", "")


class Rules:
    """The healthy model is scanned with them; what the shipped rules say about it must be whole."""

    def make(self, random: Random, seed: int) -> Case:
        what = random.choice(("rules", "rules", "claims", "python"))
        name, text = SORTS[what]
        files = {f"given/{name}": text(random), HEALTHY_FILE: HEALTHY}
        return Case("rules", seed, files, {"what": what, "file": f"given/{name}"})

    def attempt(self, case: Case, folder: Path) -> Iterator[Fault]:
        file = folder / case.options["file"]
        yield from _claims(file) if case.options["what"] == "claims" else _rules(folder, file, case)
        if one_in(20, case) and case.options["what"] != "claims":
            yield from command(("rules", "test", str(file)))


def _rules(folder: Path, file: Path, case: Case) -> Iterator[Fault]:
    target = folder / HEALTHY_FILE
    for found in scanned(target, rules=[file]):
        if isinstance(found, Report):
            shipped = healthy_part_of(found)
            shipped["findings"] = [one for one in shipped["findings"] if not one["rule"].startswith("USR")]
            if shipped != expected():
                yield Fault("healthy findings changed by a rule")
        elif not found.cause.startswith("rule-failed"):
            yield found


def _claims(file: Path) -> Iterator[Fault]:
    try:
        for error in check_claims([file])[1]:
            yield from unencodable(str(error))
        report = analyzer.verify(path=file.parents[1] / HEALTHY_FILE, claims=[file], jobs=1)
    except InputError as error:
        yield from unencodable(str(error))
    else:
        yield from internals(report)  # type: ignore[arg-type]


@cache
def _papers() -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted((ROOT / "rules" / "papers").glob("*.toml")))


@cache
def _data_rules() -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted((ROOT / "rules").glob("*.toml")))


def _rule(random: Random) -> bytes:
    return _mutated(random.choice(_data_rules()).replace(b"HAZ004", b"USR900"), random)


def _paper(random: Random) -> bytes:
    return _mutated(random.choice(_papers()), random)


def _mutated(text: bytes, random: Random) -> bytes:
    for _ in range(random.choice((1, 1, 2, 3, 6))):
        if random.random() < 0.25:
            text = random.choice(DAMAGES)(text, random) or b" "
            continue
        words = text.split(b" ")
        place = random.randrange(len(words))
        new = random.choice(_TOKENS).encode()
        words[place : place + random.choice((0, 1, 1, 3))] = [new * random.choice((1, 1, 1, 1, 500))]
        text = b" ".join(words)
    return text


def _python(random: Random) -> bytes:
    before = random.choice(ON_TOP) if random.random() < 0.3 else ""
    after = random.choice(AFTER) if random.random() < 0.2 else ""
    text = PYTHON.format(before=before, body=random.choice(BODIES), after=after).encode()
    return random.choice(DAMAGES)(text, random) if random.random() < 0.1 else text


SORTS: Mapping[str, tuple[str, Callable[[Random], bytes]]] = {
    "rules": ("own.toml", _rule),
    "claims": ("paper.toml", _paper),
    "python": ("own_rule.py", _python),
}
