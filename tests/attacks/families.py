"""Hostile programs that are made: every consumer with something endless, and syntax of every sort made deep or long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import cycle
from pathlib import Path

ENDLESS: Mapping[str, str] = {
    "count": "itertools.count()",
    "repeat": "itertools.repeat(1)",
    "cycle": "itertools.cycle([1, 2])",
    "generator": "(i for i in itertools.count())",
    "iterator": "Endless()",
    "items": "ByIndex()",
    "sentinel": "iter(lambda: 1, 2)",
    "range": "range(10**12)",
    "map": "map(abs, itertools.count())",
    "chain": "itertools.chain.from_iterable(itertools.repeat([1]))",
    "zip": "zip(itertools.count(), itertools.repeat(0))",
    "accumulate": "itertools.accumulate(itertools.repeat(1))",
}
SETUP = """\
class Endless:
    def __iter__(self): return self
    def __next__(self): return 1
class ByIndex:
    def __getitem__(self, index): return index
def taking(*args, **kwargs): return args
kept = []
"""
CONSUMERS = tuple(Path(__file__).with_name("programs").joinpath("consumers.txt").read_text().splitlines())
"""Statements in which ``<>`` stands for something endless."""
EACH = 2
"""With how many endless things each consumer is tried."""


def endless() -> Iterator[tuple[str, str]]:
    """Names and constructors: something endless in every consumer."""
    turning = cycle(ENDLESS.items())
    for number, consumer in enumerate(CONSUMERS):
        for name, source in (next(turning) for _ in range(EACH)):
            yield f"endless/{number:03}-{name}", SETUP + consumer.replace("<>", source)
        next(turning)  # so that the pairs differ from round to round


NESTED: Mapping[str, tuple[str, str, str]] = {
    "parentheses": ("(", "1", ")"),
    "lists": ("[", "1", "]"),
    "tuples": ("(", "1", ",)"),
    "sets": ("{", "1", "}"),
    "dictionaries": ("{1: ", "1", "}"),
    "calls": ("taking(", "1", ")"),
    "subscripts": ("kept[", "0", "]"),
    "lambdas": ("lambda: ", "1", ""),
    "lambda-defaults": ("lambda a=", "1", ": a"),
    "nots": ("not ", "1", ""),
    "minuses": ("- ", "1", ""),
    "inversions": ("~", "1", ""),
    "conditions": ("1 if 1 else ", "1", ""),
    "conditions-left": ("(1 if (", "1", ") else 1)"),
    "powers": ("1 ** ", "1", ""),
    "sums-right": ("1 + (", "1", ")"),
    "comprehensions": ("[a for a in ", "[1]", "]"),
    "generators": ("(a for a in ", "[1]", ")"),
    "stars": ("[*", "[1]", "]"),
    "walrus": ("(a := ", "1", ")"),
    "formatted": ("f'{", "1", "}'"),
    "keywords": ("taking(a=", "1", ")"),
    "doublestars": ("taking(**", "{}", ")"),
    "awaits": ("await ", "x", ""),
    "yields": ("(yield ", "1", ")"),
    "slices": ("kept[", ":", "]"),
}
CHAINS: Mapping[str, tuple[str, str]] = {
    "attributes": ("self", ".a"),
    "calls": ("taking", "()"),
    "subscripts": ("kept", "[0]"),
    "sums": ("1", " + 1"),
    "products": ("1", " * 1"),
    "mixed": ("1", " + 1 - 1 * 1"),
    "comparisons": ("1", " < 2"),
    "ands": ("1", " and 1"),
    "ors": ("0", " or 0"),
    "texts": ("'a'", " 'a'"),
    "text-sums": ("'a'", " + 'a'"),
    "formatted": ("f'a'", " f'{1}'"),
    "methods": ("'a'", ".replace('a', 'aa')"),
    "matmuls": ("self.lin.weight", " @ self.lin.weight"),
    "tensors": ("self.lin.weight", " + self.lin.weight"),
    "unions": ("int", " | int"),
    "commas": ("1", ", 1"),
    "assignments": ("a", " = a"),
    "concatenations": ("[1]", " + [1]"),
    "digits": ("1", "1"),
    "float-digits": ("1.", "1"),
    "hex-digits": ("0x1", "f"),
    "underscores": ("1", "_1"),
    "name": ("'a' or a", "a"),
    "escapes": ("'", r"\x1b"),
}
BLOCKS: Mapping[str, str] = {
    "ifs": "if 1:",
    "fors": "for a in [1]:",
    "whiles": "while 1:",
    "withs": "with torch.no_grad():",
    "functions": "def f():",
    "classes": "class A:",
    "tries": "try:",
    "matches": "match 1:",
    "asyncs": "async def f():",
}
LONG: Mapping[str, str] = {
    "assignments": "a = 1\n",
    "functions": "def f(): return 1\n",
    "classes": "class A(nn.Module): pass\n",
    "chained-classes": "class nnModule(nn.Module): pass\nnn.Module = nnModule\n",
    "decorators": "@functools.lru_cache\n",
    "comments": "# asbuilt: ignore-file[NRM001] why\n",
    "imports": "from torch.nn import *\n",
    "semicolons": "a = 1; ",
    "docstrings": "'''a'''\n",
    "globals": "global_a = [1]\n",
    "deletes": "a = 1\ndel a\n",
    "loops": "for a in range(3): pass\n",
    "continued": "a = \\\n1\n",
    "models": "class M(nn.Module):\n    def forward(self, x): return x\n",
}
DEPTHS = (120, 3000, 60_000)
LENGTHS = (2000, 12_000, 400_000)


def deep() -> Iterator[tuple[str, str, str]]:
    """Names, places and code: expressions in the constructor or on top of the file, and blocks."""
    for name, (before, inner, after) in NESTED.items():
        for depth in DEPTHS:
            yield f"deep/{name}-{depth}", "constructor", f"{SETUP}x = {before * depth}{inner}{after * depth}"
    for name, (first, more) in CHAINS.items():
        for length in LENGTHS:
            closing = "'" if name == "escapes" else ""
            expression = f"{first}{more * length}{closing}".replace("self.", "nn.")
            yield f"long/{name}-{length}", "module", f"{SETUP}x = {expression}\n"
    for name, head in BLOCKS.items():
        for depth in (90, 99, 400):
            lines = [" " * level + head for level in range(depth)]
            yield f"deep/{name}-{depth}", "module", "\n".join((*lines, " " * depth + "pass", ""))
    for name, line in LONG.items():
        yield f"long/{name}", "module", line * 20_000 + ("def g(): pass\n" if name == "decorators" else "\n")


SPECIAL: Mapping[str, tuple[str, str]] = {
    "one-line-text": ("module", "X = '" + "x" * 5_000_000 + "'\n"),
    "one-line-list": ("module", "X = [" + "0, " * 1_600_000 + "]\n"),
    "one-line-comment": ("module", "# " + "x" * 5_000_000 + "\n"),
    "one-line-spaces": ("module", "X =" + " " * 5_000_000 + "1\n"),
    "parameters": ("module", "def f(" + ", ".join(f"a{i}=1" for i in range(20_000)) + "): pass\nf()\n"),
    "arguments": ("module", "print(" + ", ".join(f"a{i}=1" for i in range(20_000)) + ")\n"),
    "targets": ("module", "".join(f"a{i} = " for i in range(20_000)) + "1\n"),
    "bases": ("module", "class A(" + ", ".join(["nn.Module"] * 20_000) + "): pass\n"),
    "imported": ("module", "from torch import (" + ", ".join(f"a{i}" for i in range(20_000)) + ")\n"),
    "dotted": ("module", "import a" + ".b" * 20_000 + "\n"),
    "dots": ("module", "from " + "." * 20_000 + "a import b\n"),
    "elifs": ("module", "if 0: pass\n" + "elif 0: pass\n" * 20_000),
    "handlers": ("module", "try: pass\n" + "except ValueError: pass\n" * 20_000),
    "cases": ("module", "match 1:\n" + " case 2: pass\n" * 20_000),
    "patterns": ("module", "match 1:\n case " + "[" * 150 + "1" + "]" * 150 + ": pass\n"),
    "alternatives": ("module", "match 1:\n case " + " | ".join(map(str, range(20_000))) + ": pass\n"),
    "items": ("module", "with " + ", ".join(["torch.no_grad()"] * 20_000) + ": pass\n"),
    "unpacking": ("module", "[" * 150 + "a" + "]" * 150 + " = " + "[" * 150 + "1" + "]" * 150 + "\n"),
    "annotation": ("module", "x: " + "list[" * 150 + "int" + "]" * 150 + "\n"),
    "string-annotation": ("module", "x: '" + "list[" * 9000 + "int" + "]" * 9000 + "'\n"),
    "nested-formatted": ("constructor", 'x = f"{f\'{f"""{1}"""}\'}"\n'),
    "named-escapes": ("module", "X = '" + r"\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 20_000 + "'\n"),
    "literal-over-limit": ("constructor", "x = " + "9" * 4301 + "\nself.a = nn.Linear(8, x)\nraise ValueError(x)"),
    "literal-huge": ("module", "SIZE = " + "9" * 1_000_000 + "\n"),
    "literal-hex": ("constructor", "x = 0x" + "f" * 100_000 + "\nself.a = nn.Linear(8, x)\nraise ValueError(x)"),
    "literal-default": ("module", "def f(a=" + "9" * 5000 + "): return a\nraise ValueError(f())\n"),
    "literal-complex": ("constructor", "x = " + "9" * 5000 + "j\nraise ValueError(x)"),
    "literal-float": ("constructor", "x = " + "9" * 5000 + ".0\nself.a = nn.LayerNorm(8, eps=x)"),
    "null-character": ("module", "x = 1\x00\n"),
    "null-in-text": ("module", "x = '\x00'\n"),
    "form-feeds": ("module", "\x0c" * 5000 + "x = 1\n"),
    "carriage-returns": ("module", "x = 1\r" * 5000 + "\n"),
    "escape-in-comment": ("module", "# \x1b[31m\x1b]0;title\x07\x9b2J\n"),
    "escape-in-text": ("module", "raise ValueError('\x1b[31m\x9b\x90')\n"),
    "escape-in-docstring": ("module", "def f():\n    '''\x1b[31m'''\n"),
    "bidirectional": ("module", "x = 'a\u202e\u2066b' # \u2067\u2069\n"),
    "line-separators": ("module", "x = 'a\u2028b\u2029c\x85d\x1ce'\n"),
    "surrogate-bytes": ("module", "x = '\udcff\ud800'\n"),
    "indentation": ("module", "if 1:\n\tx = 1\n        y = 2\n"),
    "unterminated": ("module", "x = '''" + "a" * 1_000_000),
    "unterminated-brackets": ("module", "x = " + "([{" * 20_000),
    "tabs": ("module", "\t" * 100_000 + "x = 1\n"),
    "long-name": ("module", "a" * 1_000_000 + " = 1\nclass " + "B" * 1_000_000 + "(nn.Module): pass\n"),
    "long-keyword": ("module", "print(**{'" + "a" * 1_000_000 + "': 1})\n"),
    "type-parameters": ("module", "def f[T: (int, str), *Ts, **P](x: T) -> T: return x\ntype A[T] = list[A[T]]\n"),
}


def special() -> Iterator[tuple[str, str, str]]:
    """Names, places and code of what fits no pattern."""
    for name, (place, code) in SPECIAL.items():
        yield f"syntax/{name}", place, code
