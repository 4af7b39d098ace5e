"""The interpreter agrees with Python on programs of the pure subset."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.interpret import open_workspace
from analyzer.interpret.machine import Machine

PROGRAMS = {
    "arithmetic": "result = (7 // 2, -7 // 2, 7 % 3, -7 % 3, 2 ** -1, 7 / 2, 1 << 5, 6 & 3, 6 | 3, 6 ^ 3, ~5, +3)",
    "comparison": "result = (1 < 2 < 3, 1 < 3 < 2, 'a' in 'cab', 3 not in [1, 2], None is None, [] == [], 1 == 1.0)",
    "boolean": "result = (0 or 'x', 1 and 0, not [], None or 0 or [], 5 if [] else 6)",
    "slicing": "a = list(range(10))\na[2:4] = [0]\ndel a[0]\nresult = (a, a[::-2], 'hello'[1:-1], (1, 2, 3)[-1])",
    "containers": "d = {**{'a': 1}, 'b': 2}\nd.setdefault('c', []).append(3)\nresult = (d, {1, 2} | {3}, [*d, *'xy'])",
    "comprehension": "result = ([(i, j) for i in range(4) if i % 2 for j in range(i)], {k: k * k for k in range(3)})",
    "unpacking": "a, *b, (c, d) = 1, 2, 3, (4, 5)\nfirst, *rest = 'xyz'\nresult = (a, b, c, d, first, rest)",
    "closures": (
        "def counter():\n    n = 0\n    def step(by=1):\n        nonlocal n\n        n += by\n        return n\n"
        "    return step\nc = counter()\nc(); c(5)\nresult = c()"
    ),
    "late binding": "fs = [lambda: i for i in range(3)]\nresult = [f() for f in fs]",
    "arguments": (
        "def f(a, /, b, *args, c=3, **kwargs):\n    return (a, b, args, c, kwargs)\n"
        "result = (f(1, 2), f(1, 2, 3, c=4, d=5), f(*[1, 2], **{'c': 0}))"
    ),
    "defaults are made once": "def f(x, seen=[]):\n    seen.append(x)\n    return list(seen)\nf(1)\nresult = f(2)",
    "classes": (
        "class A:\n    kind = 'a'\n    def __init__(self, n):\n        self.n = n\n    def who(self):\n        return self.kind\n"
        "    @property\n    def twice(self):\n        return 2 * self.n\n    @classmethod\n    def make(cls):\n        return cls(5)\n"
        "    @staticmethod\n    def plain():\n        return 'p'\n"
        "class B(A):\n    kind = 'b'\n    def who(self):\n        return super().who() + '!'\n"
        "b = B.make()\nresult = (b.who(), b.twice, B.plain(), isinstance(b, A), type(b).__name__)"
    ),
    "diamond": (
        "class A:\n    def f(self):\n        return 'A'\nclass B(A):\n    def f(self):\n        return 'B' + super().f()\n"
        "class C(A):\n    def f(self):\n        return 'C' + super().f()\nclass D(B, C):\n    def f(self):\n"
        "        return 'D' + super().f()\nresult = D().f()"
    ),
    "special methods": (
        "class V:\n    def __init__(self, x):\n        self.x = x\n    def __add__(self, o):\n        return V(self.x + o.x)\n"
        "    def __eq__(self, o):\n        return self.x == o.x\n    def __getitem__(self, i):\n        return self.x * i\n"
        "    def __len__(self):\n        return self.x\n    def __call__(self, y):\n        return self.x - y\n"
        "    def __contains__(self, y):\n        return y < self.x\n    def __iter__(self):\n        return iter(range(self.x))\n"
        "v = V(2) + V(3)\nresult = (v.x, v == V(5), v[3], len(v), v(1), 4 in v, 9 in v, list(v))"
    ),
    "descriptors": (
        "class D:\n    def __get__(self, obj, owner):\n        return 'get' if obj is not None else 'class'\n"
        "class A:\n    d = D()\n    def __getattr__(self, name):\n        return name.upper()\nresult = (A().d, A.d, A().other)"
    ),
    "exceptions": (
        "log = []\ndef f(x):\n    try:\n        if x == 0:\n            raise ValueError('v')\n        return {1: 'one'}[x]\n"
        "    except KeyError as e:\n        log.append('key')\n        return -1\n    except (TypeError, ValueError):\n        return -2\n"
        "    else:\n        log.append('else')\n    finally:\n        log.append('finally')\nresult = (f(0), f(1), f(2), log)"
    ),
    "own exceptions": (
        "class E(Exception):\n    pass\ntry:\n    try:\n        raise E('a', 1)\n    except Exception:\n        raise\n"
        "except E as e:\n    result = (e.args, isinstance(e, Exception))"
    ),
    "loops": (
        "out = []\nfor i in range(10):\n    if i == 2:\n        continue\n    if i == 5:\n        break\n    out.append(i)\n"
        "else:\n    out.append('never')\nwhile out and len(out) > 2:\n    out.pop()\nelse:\n    out.append('done')\nresult = out"
    ),
    "generators": "def g(n):\n    for i in range(n):\n        yield i\n    yield from 'ab'\nresult = (list(g(2)), sum(g(0) or [1]) if False else 3)",
    "strings": "x = 3.14159\nresult = (f'{x:.2f}', f'{x!r}', f'{1 + 1}{{}}', 'a-b'.split('-'), '%s' % 'z', '{}:{k}'.format(1, k=2))",
    "walrus": "result = [y for x in range(5) if (y := x * x) > 3]",
    "sorting": "result = (sorted('bca', reverse=True), sorted([(2, 'a'), (1, 'b')], key=lambda p: p[0]), max([1, 9, 3]), min(4, 2))",
    "functools": "from functools import partial, reduce\nresult = (partial(pow, 2)(5), reduce(lambda a, b: a * b, [1, 2, 3, 4]))",
    "itertools": "from itertools import chain, accumulate, product\nresult = (list(chain([1], [2])), list(accumulate([1, 2, 3])), len(list(product('ab', 'cd'))))",
    "collections": "from collections import OrderedDict, defaultdict\nd = defaultdict(list)\nd['a'].append(1)\nresult = (dict(d), list(OrderedDict([('b', 1), ('a', 2)])))",
    "dictionary subclass": (
        "class M(dict):\n    def __getitem__(self, k):\n        return super().__getitem__(k) + 1\n"
        "m = M(a=1)\nm['b'] = 5\nresult = (m['a'], m['b'], 'a' in m, len(m), sorted(m.keys()))"
    ),
    "dataclass": (
        "from dataclasses import dataclass, field\n@dataclass\nclass P:\n    x: int\n    y: int = 2\n    z: list = field(default_factory=list)\n"
        "    def __post_init__(self):\n        self.x += 1\np = P(1, z=[3])\nresult = (p.x, p.y, p.z, P(1) == P(1))"
    ),
    "enum": "from enum import Enum\nclass C(str, Enum):\n    A = 'a'\n    B = 'b'\nresult = (C('a') is C.A, C.B.value, [c.name for c in C], C.A == 'a')",
    "init subclass": (
        "seen = []\nclass Base:\n    def __init_subclass__(cls, **kwargs):\n        super().__init_subclass__(**kwargs)\n"
        "        seen.append(cls.__name__)\nclass X(Base):\n    pass\nresult = seen"
    ),
    "context manager": (
        "class M:\n    def __enter__(self):\n        return 'in'\n    def __exit__(self, *args):\n        return True\n"
        "with M() as v:\n    raise ValueError\nresult = v"
    ),
}


def interpreted(folder: Path, source: str) -> object:
    """What ``result`` is after the interpreter ran ``source``."""
    (folder / "program.py").write_text(source)
    machine = Machine(open_workspace(folder / "program.py"))
    module = machine.load("program")
    assert module is not None
    assert not machine.module_gaps, machine.module_gaps
    return module.namespace["result"]


@pytest.mark.parametrize("name", PROGRAMS)
def test_agrees_with_python(name: str, tmp_path: Path) -> None:
    expected: dict[str, object] = {}
    exec(PROGRAMS[name], expected)  # our own text, run by Python as the judge
    assert interpreted(tmp_path, PROGRAMS[name]) == expected["result"]


@pytest.mark.parametrize(
    "source",
    [
        "result = 10 ** 10 ** 10",
        "result = 'x' * 10 ** 12",
        "result = [0] * 10 ** 12",
        "result = 1 << 10 ** 9",
        "result = '{:>99999999999999}'.format(1)",
        "result = '%99999999999d' % 1",
        "result = f'{1:>99999999999}'",
        "import re\nresult = re.match('(a+)+b', 'a' * 40)",
    ],
)
def test_never_computes_what_is_too_large(source: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(source)
    machine = Machine(open_workspace(tmp_path / "program.py"))
    machine.load("program")
    assert machine.module_gaps
