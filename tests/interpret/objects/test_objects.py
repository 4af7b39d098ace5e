"""The interpreter agrees with Python on what objects can do; line by line, so that one error hides no other."""

# ruff: noqa: E501 (programs)

from __future__ import annotations

from pathlib import Path

import pytest

from tests.programs.definitions import PRELUDE
from tests.programs.judge import GIVEN, interpreted, judged

PROGRAMS = {
    "methods that Python calls": r"""
class N:
    def __init__(self, n): self.n = n
    def __hash__(self): return hash(self.n)
    def __eq__(self, o): return isinstance(o, N) and self.n == o.n
    def __lt__(self, o): return self.n < o.n
    def __repr__(self): return f'N({self.n!r})'
    def __format__(self, s): return f'<{self.n}|{s}>'
    def __abs__(self): return abs(self.n)
    def __int__(self): return self.n
    def __float__(self): return self.n + 0.5
    def __index__(self): return self.n
    def __add__(self, o): return N(self.n + o.n)
a, b = N(1), N(2)
for f in [lambda: repr(a), lambda: str(a), lambda: f'{a:>3}', lambda: f'{a}', lambda: f'{a!r:>9}', lambda: abs(a), lambda: int(a), lambda: float(a),lambda: a in [N(1)], lambda: [repr(x) for x in sorted([b, a])], lambda: max(a,b).n, lambda: [N(2)]==[N(2)], lambda: repr([a,(b,)]), lambda: str({'k':a}), lambda: sum([a,b],N(0)).n, lambda: [1,2,3][N(1)], lambda: range(N(2))[0], lambda: 'abc'[a], lambda: [0]*a, lambda: '%s' % a, lambda: '{}'.format(a), lambda: '{!r}'.format(a), lambda: min([b,a], key=lambda x: x.n).n, lambda: [N(1), 2].index(2), lambda: [N(1)].index(N(1)), lambda: [N(1)].count(N(1)), lambda: (N(1),)==(N(1),), lambda: {'a':N(1)}=={'a':N(1)}, lambda: [N(1)]!=[N(1)]]:
    tried(log, f)
""",
    "named tuples": r"""
v1 = Pair(1, 2)
tried(log, lambda: v1.left)
tried(log, lambda: v1._replace(left=0).left)
tried(log, lambda: v1 == (1, 2))
tried(log, lambda: len(v1))
tried(log, lambda: str(v1))
tried(log, lambda: v1._asdict())
tried(log, lambda: Pair(1))
tried(log, lambda: Pair(1,2,3))
tried(log, lambda: Pair._make([1,2]).right)
tried(log, lambda: v1 + (3,))
tried(log, lambda: v1[::-1])
tried(log, lambda: v1 < (1, 3))
tried(log, lambda: hash(v1) == hash((1,2)))
""",
    "extended containers": r"""
class D(dict):
    def __missing__(self, k): return 5
    def __setitem__(self, k, v): super().__setitem__(k, (v,))
class L(list):
    def append(self, x):
        super().append(x)
        super().append(x)
class S(str):
    def shout(self): return self.upper() + '!'
a, b, c = D(a=1), L([1]), S('ab')
a['b'] = 3
b.append(2)
for f in [lambda: (a['a'], a['b'], a['c'], len(a), sorted(a), a.get('z'), 'a' in a), lambda: (b == [1], len(b), b[-1], b + [3], [*b][:2], isinstance(b, list), sum(b)), lambda: (c.shout(), c + 'x', len(c), c == str(c), f'{c}', isinstance(c, str)), lambda: repr(a), lambda: repr(b), lambda: str(c), lambda: repr(c), lambda: type(c.upper()) is str, lambda: b[0:1], lambda: a == {'a': 1}, lambda: {**a}, lambda: list(a.items()), lambda: c[0], lambda: c in 'abc', lambda: {c: 1}['ab'], lambda: {'ab': 1}[c], lambda: b * 2, lambda: b < [3], lambda: b.copy(), lambda: a | {'q': 1}, lambda: len(c.split('a')),lambda: b.index(2)]:
    tried(log, f)
""",
    "enumerations": r"""
class C(str, Enum):
    A = 'a'
    B = 'b'
class I(IntEnum):
    LOW = 1
    HIGH = 5
class E(Enum):
    X = 1
    Y = 2
for f in [lambda: I.LOW < I.HIGH, lambda: I.HIGH + 1, lambda: I(5).name, lambda: sorted([I.HIGH, I.LOW])[0].value, lambda: I.LOW == 1, lambda: str(C.A), lambda: f'{C.A}', lambda: repr(C.A), lambda: str(I.LOW), lambda: f'{I.LOW}', lambda: f'{I.LOW:3}', lambda: repr(I.LOW), lambda: str(E.X), lambda: repr(E.X), lambda: '%s' % C.A, lambda: '{}'.format(C.A), lambda: C.A + 'x', lambda: C.A.upper(), lambda: C.A == 'a', lambda: 'a' == C.A, lambda: C.A in ('a', 'b'), lambda: 'a' in [C.A], lambda: {C.A: 1}['a'], lambda: {'a': 1}[C.A], lambda: ''.join([C.A, C.B]), lambda: E('q'), lambda: E['q'], lambda: E(1) is E.X, lambda: [x.value for x in E], lambda: len(E), lambda: E.X in E, lambda: isinstance(C.A, str), lambda: [*E.__members__], lambda: E.X.name, lambda: hash(E.X) == hash(E.X), lambda: E.X == 1, lambda: I.LOW * 2.5, lambda: max(I.LOW, I.HIGH).name, lambda: E.X < E.Y, lambda: C('b').value, lambda: -I.HIGH, lambda: int(I.HIGH), lambda: [1,2,3][I.LOW], lambda: range(I.HIGH)[2], lambda: {E.X: 'x'}[E.X], lambda: 'z' in C.__members__.values(), lambda: C.A.value.title(), lambda: C.A < C.B, lambda: C.A.startswith('a')]:
    tried(log, f)
""",
    "dataclasses": r"""
@dataclass
class P:
    a: int
    b: str = 'b'
    c: list = field(default_factory=list)
    d: int = field(default=3, repr=False, compare=False)
@dataclass(frozen=True, order=True)
class Q:
    x: int = 1
    y: tuple = ()
for f in [lambda: str(P(1))[-19:], lambda: P(1) == P(1), lambda: P(1, d=4) == P(1, d=5), lambda: P(1) != P(2), lambda: Q(1) < Q(2), lambda: Q(1) >= Q(2), lambda: sorted([Q(3), Q(1)])[0].x, lambda: {Q(1): 5}[Q(1)], lambda: Q(1) == 1, lambda: repr(Q(1, ('a', None)))[-20:], lambda: P(1) < P(2), lambda: hash(P(1)), lambda: P.__match_args__, lambda: P(b=1), lambda: P(1, 2, 3, 4, 5), lambda: P(1, z=2), lambda: max(Q(1), Q(4)).x, lambda: [P(1)] == [P(1)], lambda: P(1) in [P(2), P(1)], lambda: vars(P(1)), lambda: hash(Q(1)) == hash(Q(1)), lambda: {Q(1)} == {Q(1)}]:
    tried(log, f)
q = Q()
tried(log, setattr, q, 'x', 3)
""",
    "texts of exceptions": r"""
for e in [ValueError('a'), ValueError('a', 1), ValueError(), KeyError('k'), KeyError('a', 'b'), Odd(3), IndexError([1]), StopIteration(4)]:
    log.append((str(e), repr(e), len(e.args)))
""",
    "causes of exceptions": r"""
try:
    try:
        raise ValueError('a')
    finally:
        log.append('f')
except ValueError as e:
    log.append((e.__cause__, e.__context__, str(e)))
try:
    try:
        1 // 0
    except ZeroDivisionError as e:
        raise KeyError('x') from e
except KeyError as k:
    log.append((type(k.__cause__).__name__, type(k.__context__).__name__, str(k.__cause__)))
try:
    try:
        1 // 0
    except ZeroDivisionError as e:
        [][1]
except IndexError as k:
    log.append((type(k.__cause__).__name__, type(k.__context__).__name__))
tried(log, lambda: e)
def g():
    raise
tried(log, g)
def h():
    raise 3
tried(log, h)
def i():
    raise ValueError from None
tried(log, i)
""",
    "finally": r"""
x = 5
def f():
    try:
        return x
    finally:
        log.append('fin')
log.append(f())
def g():
    for i in range(3):
        try:
            continue
        finally:
            log.append(i)
g()
def h():
    while True:
        try:
            return 1
        finally:
            break
    return 2
log.append(h())
def k():
    try:
        raise ValueError
    except ValueError:
        return 'a'
    else:
        return 'b'
    finally:
        log.append('z')
log.append(k())
""",
    "containers changed in place": r"""
a = {1, 2}
b = a
b |= {3}
log.append(a)
b -= {1}
log.append(a)
b &= {2, 3}
log.append(a)
b ^= {9}
log.append(a)
c = d = [1]
d *= 2
log.append(c)
d += (5,)
log.append(c)
d += 'ab'
log.append(c)
e = f = (1,)
f += (2,)
log.append(e)
g = h = {'a': 1}
h |= [('b', 2)]
log.append(g)
l = [[0] * 2] * 2
l[0][0] += 1
log.append(l)
t = ([1],)
try:
    t[0] += [2]
except TypeError:
    log.append('te')
log.append(t)
""",
    "literals and formats": r"""
def f():
    v = [1, 2, 3]
    v[0], v[1] = v[1], v[0]
    i = 0
    i, v[i] = 2, 9
    return v, i
log.append(f())
a = b = c = 1
(a, b), c = [2, 3], 4
[*a], b = (1, 2), 3
log.append((a, b, c))
for x, (y, *z) in [(1, (2, 3, 4)), (5, 'ab')]:
    log.append((x, y, z))
log.append([x := 5, x ** 2])
log.append({**{'a': 1}, 'a': 2, **{'b': 3}})
print('x', end='')
log.append(not (1 < 2 < 3 > 2))
log.append((lambda *a, k=1, **kw: (a, k, kw))(1, 2, z=3))
log.append([*range(3), *'ab'])
log.append(f'{3.14159:.{2}f} {"a" + "b"!r:>6} {1_000_000:,} {0.5:%} {255:#x} {True} {None}')
log.append('%5.1f|%-5s|%05d|%s|%r|%%' % (1.25, 'a', 3, None, 'q'))
log.append(('a' 'b', r'\n', 1e3, 0x1f, 1_0))
log.append(sum([[1], [2]], []))
log.append('{:>{w}}|{:<4}|{:^5}'.format(1, 2, 3, w=4))
log.append(round(2.5) + round(3.5) + round(-0.5))
log.append((round(1234, -2), round(2.675, 2), 7 // -2, 7 % -2, -7 // 2, divmod(-7, 2), 2 ** -2, 0.1 + 0.2))
""",
    "enumerations of texts": r"""
class C(str, Enum):
    A = 'a'
    B = 'b'
tried(log, lambda: ''.join([C.A, C.B]))
tried(log, lambda: '-'.join({C.A: 1}))
tried(log, lambda: 'a' in C.A)
tried(log, lambda: C.A in 'abc')
tried(log, lambda: 'abc'.startswith(C.A))
tried(log, lambda: 'abc'.split(C.B))
tried(log, lambda: {'a': 1}.get(C.A))
tried(log, lambda: getattr(C, 'A').value)
tried(log, lambda: dict(a=1)[C.A])
tried(log, lambda: [x for x in ['a', 'z'] if x in (C.A, C.B)])
tried(log, lambda: [x.value for x in C if x == 'a'])
tried(log, lambda: {x: x.name for x in C}['b'])
tried(log, lambda: set(C) == {'a', 'b'})
tried(log, lambda: {'a'} & {C.A} == {'a'})
tried(log, lambda: C.A.replace('a', 'z'))
tried(log, lambda: str.upper(C.A))
tried(log, lambda: C.A + C.B)
tried(log, lambda: C.A * 2)
tried(log, lambda: len(C.A))
tried(log, lambda: C.A[0])
tried(log, lambda: list(C.A))
tried(log, lambda: sorted([C.B, C.A])[0].value)
tried(log, lambda: hash(C.A) == hash('a'))
""",
    "descriptors": r"""
class V:
    def __init__(self, d): self.default = d
    def __set_name__(self, owner, name): self.name = '_' + name
    def __get__(self, instance, owner): return self if instance is None else getattr(instance, self.name, self.default)
    def __set__(self, instance, v): setattr(instance, self.name, v)
class W:
    a = V(1)
    b = V(2)
w = W()
tried(log, lambda: (w.a, w.b))
w.a = 7
tried(log, lambda: w.a)
tried(log, lambda: type(W.a) is V)
tried(log, lambda: w.__dict__)
""",
    "subclass hooks": r"""
class A:
    seen = []
    def __init_subclass__(cls, tag=None, **kw):
        super().__init_subclass__(**kw)
        cls.tag = tag
        A.seen.append(tag)
class B(A, tag=4): pass
class C(B):
    tag2 = [x for x in range(2)]
tried(log, lambda: A.seen)
tried(log, lambda: (B.tag, C.tag, C.tag2))
""",
    "metaclasses": r"""
class M(type):
    def __call__(cls, *a):
        made = super().__call__(*a)
        made.tagged = 5
        return made
    def __len__(cls): return 3
class K(metaclass=M):
    def __init__(self, a): self.a = a
    class Inner:
        value = 4
        def get(self): return self.value
tried(log, lambda: K(1).a)
tried(log, lambda: K(1).tagged)
tried(log, lambda: len(K))
tried(log, lambda: type(K) is M)
tried(log, lambda: K.Inner().get())
tried(log, lambda: K(2).Inner.value)
""",
    "attributes by methods": r"""
class G:
    def __getattr__(self, n):
        if n.startswith('x'): return (n, 1)
        raise AttributeError(n)
    def __setattr__(self, n, v): object.__setattr__(self, n, [v])
g = G()
g.y = 3
log.append((g.xa, g.y, getattr(g, 'z', 'none'), hasattr(g, 'w')))
tried(log, lambda: g.q)
del g.y
log.append(hasattr(g, 'y'))
""",
    "scalars with an origin": r"""
tried(log, lambda: (1).__class__.__name__)
tried(log, lambda: 'a'.missing)
tried(log, lambda: (3).real)
tried(log, lambda: hash(-1))
tried(log, lambda: True.__add__(3))
tried(log, lambda: int.__add__(1, 2))
tried(log, lambda: (1).__add__('a') is NotImplemented)
tried(log, lambda: callable(int))
tried(log, lambda: isinstance(int, type))
tried(log, lambda: [1].__len__())
tried(log, lambda: type([]) == list)
tried(log, lambda: type(b0) is bool)
tried(log, lambda: b0 is True)
tried(log, lambda: (not b0) is False)
tried(log, lambda: type(i0 > 2) is bool)
tried(log, lambda: {b0: 1}[1])
tried(log, lambda: str(b0))
tried(log, lambda: b0 + b0)
tried(log, lambda: ~b0)
tried(log, lambda: b0 & False)
tried(log, lambda: b0 | 2)
tried(log, lambda: [10, 20][b0])
tried(log, lambda: f'{b0} {b0:d} {b0!r}')
tried(log, lambda: '%s %d' % (b0, b0))
tried(log, lambda: sum([b0, b0]))
tried(log, lambda: max(b0, 0))
tried(log, lambda: isinstance(b0, bool))
tried(log, lambda: {b0, True, 1})
tried(log, lambda: [b0].index(1))
tried(log, lambda: b0 and 'x')

tried(log, lambda: int(b0))
tried(log, lambda: i0 == 3 and s0 == 'ab')
tried(log, lambda: {s0: 1} == {'ab': 1})
tried(log, lambda: s0 in {'ab': 1})
tried(log, lambda: [s0, 'x'].count('ab'))
tried(log, lambda: (i0 / 2, i0 // 2, -i0 % 2, i0 ** 2, f0 ** i0, round(f0), i0 & 1, i0 << 2))
tried(log, lambda: range(i0)[-1])
tried(log, lambda: [0] * i0)
tried(log, lambda: s0 * i0)
tried(log, lambda: 'abcdef'[i0])
tried(log, lambda: list(range(10))[i0:i0 + 2])
tried(log, lambda: repr(s0))
tried(log, lambda: (s0,) == ('ab',))
tried(log, lambda: sorted([i0, 1, f0]))
tried(log, lambda: float(i0))
tried(log, lambda: bool(f0))
tried(log, lambda: divmod(i0, 2))
tried(log, lambda: abs(-f0))
tried(log, lambda: i0 if b0 else 0)
tried(log, lambda: getattr('x', 'upper')())
""",
}


def program(body: str) -> str:
    """``body`` as the body of ``main``."""
    lines = "\n".join("    " + line for line in body.strip().splitlines())
    return f"{PRELUDE}\n\ndef main({', '.join(GIVEN)}):\n    log = []\n{lines}\n    return log\n"


@pytest.mark.parametrize("name", PROGRAMS)
def test_agrees_with_python(name: str, tmp_path: Path) -> None:
    source = program(PROGRAMS[name])
    expected = judged(source)
    assert isinstance(expected, tuple)
    assert interpreted(tmp_path, source) == expected


def test_sets_of_texts_have_one_order_in_every_run(tmp_path: Path) -> None:
    assert interpreted(tmp_path, program("log.extend({'b', 'a', 'c'})")) == (
        "list",
        ("str", "'a'"),
        ("str", "'b'"),
        ("str", "'c'"),
    )
