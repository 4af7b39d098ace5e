"""The interpreter agrees with Python on programs of the pure subset."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.interpret import open_workspace
from analyzer.interpret.machine import Machine

PROGRAMS = {
    "arithmetic": """
result = (7 // 2, -7 // 2, 7 % 3, -7 % 3, 2 ** -1, 7 / 2, 1 << 5, 6 & 3, 6 | 3, 6 ^ 3, ~5, +3)
""",
    "comparison": """
result = (1 < 2 < 3, 1 < 3 < 2, 'a' in 'cab', 3 not in [1, 2], None is None, [] == [], 1 == 1.0)
""",
    "boolean": """
result = (0 or 'x', 1 and 0, not [], None or 0 or [], 5 if [] else 6)
""",
    "slicing": """
a = list(range(10))
a[2:4] = [0]
del a[0]
result = (a, a[::-2], 'hello'[1:-1], (1, 2, 3)[-1])
""",
    "containers": """
d = {**{'a': 1}, 'b': 2}
d.setdefault('c', []).append(3)
result = (d, {1, 2} | {3}, [*d, *'xy'])
""",
    "comprehension": """
result = ([(i, j) for i in range(4) if i % 2 for j in range(i)], {k: k * k for k in range(3)})
""",
    "long tables": """
import math
width = 300
def row(position):
    return [position / 10000 ** (2 * (j // 2) / width) for j in range(width)]
def refused(make):
    try:
        return make()
    except ZeroDivisionError as error:
        return type(error).__name__
result = (
    row(3),
    [-i * 3 // 7 - i % 5 for i in range(0, 900, 3)],
    [2 ** i for i in range(width)],
    [i + j for j in range(2) for i in range(width)],
    [math.sin(i) + math.floor(i / 7) for i in range(width)],
    [width for i in range(width)],
    refused(lambda: [1 / (280 - i) for i in range(width)]),
)
""",
    "unpacking": """
a, *b, (c, d) = 1, 2, 3, (4, 5)
first, *rest = 'xyz'
result = (a, b, c, d, first, rest)
""",
    "closures": """
def counter():
    n = 0
    def step(by=1):
        nonlocal n
        n += by
        return n
    return step
c = counter()
c(); c(5)
result = c()
""",
    "late binding": """
fs = [lambda: i for i in range(3)]
result = [f() for f in fs]
""",
    "arguments": """
def f(a, /, b, *args, c=3, **kwargs):
    return (a, b, args, c, kwargs)
result = (f(1, 2), f(1, 2, 3, c=4, d=5), f(*[1, 2], **{'c': 0}))
""",
    "defaults are made once": """
def f(x, seen=[]):
    seen.append(x)
    return list(seen)
f(1)
result = f(2)
""",
    "classes": """
class A:
    kind = 'a'
    def __init__(self, n):
        self.n = n
    def who(self):
        return self.kind
    @property
    def twice(self):
        return 2 * self.n
    @classmethod
    def make(cls):
        return cls(5)
    @staticmethod
    def plain():
        return 'p'
class B(A):
    kind = 'b'
    def who(self):
        return super().who() + '!'
b = B.make()
result = (b.who(), b.twice, B.plain(), isinstance(b, A), type(b).__name__)
""",
    "diamond": """
class A:
    def f(self):
        return 'A'
class B(A):
    def f(self):
        return 'B' + super().f()
class C(A):
    def f(self):
        return 'C' + super().f()
class D(B, C):
    def f(self):
        return 'D' + super().f()
result = D().f()
""",
    "special methods": """
class V:
    def __init__(self, x):
        self.x = x
    def __add__(self, o):
        return V(self.x + o.x)
    def __eq__(self, o):
        return self.x == o.x
    def __getitem__(self, i):
        return self.x * i
    def __len__(self):
        return self.x
    def __call__(self, y):
        return self.x - y
    def __contains__(self, y):
        return y < self.x
    def __iter__(self):
        return iter(range(self.x))
v = V(2) + V(3)
result = (v.x, v == V(5), v[3], len(v), v(1), 4 in v, 9 in v, list(v))
""",
    "descriptors": """
class D:
    def __get__(self, obj, owner):
        return 'get' if obj is not None else 'class'
class A:
    d = D()
    def __getattr__(self, name):
        return name.upper()
result = (A().d, A.d, A().other)
""",
    "exceptions": """
log = []
def f(x):
    try:
        if x == 0:
            raise ValueError('v')
        return {1: 'one'}[x]
    except KeyError as e:
        log.append('key')
        return -1
    except (TypeError, ValueError):
        return -2
    else:
        log.append('else')
    finally:
        log.append('finally')
result = (f(0), f(1), f(2), log)
""",
    "own exceptions": """
class E(Exception):
    pass
try:
    try:
        raise E('a', 1)
    except Exception:
        raise
except E as e:
    result = (e.args, isinstance(e, Exception))
""",
    "loops": """
out = []
for i in range(10):
    if i == 2:
        continue
    if i == 5:
        break
    out.append(i)
else:
    out.append('never')
while out and len(out) > 2:
    out.pop()
else:
    out.append('done')
result = out
""",
    "generators": """
def g(n):
    for i in range(n):
        yield i
    yield from 'ab'
result = (list(g(2)), sum(g(0) or [1]) if False else 3)
""",
    "generators run on demand": """
log = []
def g():
    try:
        log.append('start')
        got = yield 1
        log.append(got)
        yield 2
        return 'end'
    finally:
        log.append('finally')
one = g()
log.append('made')
first = next(one)
second = one.send('sent')
try:
    next(one)
except StopIteration as e:
    log.append(e.value)
two = g()
next(two)
two.close()
three = g()
next(three)
try:
    three.throw(ValueError('thrown'))
except ValueError as e:
    log.append(e.args)
def outer():
    result = yield from g()
    yield result
def endless():
    n = 0
    while True:
        yield n
        n += 1
result = (first, second, log, list(outer()), [a for a, b in zip(endless(), 'abc')], next(iter([]), 7))
""",
    "generator expressions run on demand": """
log = []
def seen(x):
    log.append(x)
    return x
found = any(seen(x) > 1 for x in range(10))
rest = (seen(x) for x in 'ab')
log.append('between')
result = (found, list(rest), log, sum(x * y for x in range(4) for y in range(x) if y % 2))
""",
    "a generator's handlers end where it waits": """
def g():
    try:
        raise KeyError('inner')
    except KeyError:
        yield 1
        yield 2
one = g()
next(one)
try:
    raise ValueError('outer')
except ValueError as e:
    next(one)
    try:
        raise
    except ValueError as again:
        result = again.args
""",
    "context managers of generators": """
from contextlib import contextmanager, nullcontext, suppress, ExitStack
log = []
@contextmanager
def managed(name, swallow=False):
    log.append('enter ' + name)
    try:
        yield name.upper()
    except KeyError:
        if not swallow:
            raise
        log.append('swallowed')
    finally:
        log.append('leave ' + name)
with managed('a') as a, managed('b') as b:
    log.append(a + b)
with managed('c', swallow=True):
    raise KeyError
try:
    with managed('d'):
        raise KeyError('d')
except KeyError as e:
    log.append(e.args)
@managed('decorator')
def f(x):
    return x + 1
with suppress(ValueError), nullcontext(3) as n:
    raise ValueError
with ExitStack() as stack:
    stack.enter_context(managed('e'))
    stack.callback(log.append, 'callback')
result = (log, f(1), f(2), n)
""",
    "templates": """
long = 'x' * 20000 + ' of 100000 {0} and {name:>8}'
result = (long.format(1, name='n'), '100000 %d%%' % 5, f'{"100000"}')
""",
    "strings": """
x = 3.14159
result = (f'{x:.2f}', f'{x!r}', f'{1 + 1}{{}}', 'a-b'.split('-'), '%s' % 'z', '{}:{k}'.format(1, k=2))
""",
    "walrus": """
result = [y for x in range(5) if (y := x * x) > 3]
""",
    "sorting": """
result = (sorted('bca', reverse=True), sorted([(2, 'a'), (1, 'b')], key=lambda p: p[0]), max([1, 9, 3]), min(4, 2))
""",
    "functools": """
from functools import partial, reduce
result = (partial(pow, 2)(5), reduce(lambda a, b: a * b, [1, 2, 3, 4]))
""",
    "itertools": """
from itertools import chain, accumulate, product
result = (list(chain([1], [2])), list(accumulate([1, 2, 3])), len(list(product('ab', 'cd'))))
""",
    "collections": """
from collections import OrderedDict, defaultdict
d = defaultdict(list)
d['a'].append(1)
result = (dict(d), list(OrderedDict([('b', 1), ('a', 2)])))
""",
    "dictionary subclass": """
class M(dict):
    def __getitem__(self, k):
        return super().__getitem__(k) + 1
m = M(a=1)
m['b'] = 5
result = (m['a'], m['b'], 'a' in m, len(m), sorted(m.keys()))
""",
    "dataclass": """
from dataclasses import dataclass, field
@dataclass
class P:
    x: int
    y: int = 2
    z: list = field(default_factory=list)
    def __post_init__(self):
        self.x += 1
p = P(1, z=[3])
result = (p.x, p.y, p.z, P(1) == P(1))
""",
    "enum": """
from enum import Enum
class C(str, Enum):
    A = 'a'
    B = 'b'
result = (C('a') is C.A, C.B.value, [c.name for c in C], C.A == 'a')
""",
    "init subclass": """
seen = []
class Base:
    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        seen.append(cls.__name__)
class X(Base):
    pass
result = seen
""",
    "context manager": """
class M:
    def __enter__(self):
        return 'in'
    def __exit__(self, *args):
        return True
with M() as v:
    raise ValueError
result = v
""",
}


def interpreted(folder: Path, source: str) -> object:
    """What ``result`` is after the interpreter ran ``source``."""
    (folder / "program.py").write_text(source)
    machine = Machine(open_workspace(folder / "program.py"))
    module = machine.import_name("program", None)
    assert module is not None
    assert not machine.program.gaps, machine.program.gaps
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
    machine.import_name("program", None)
    assert machine.program.gaps
