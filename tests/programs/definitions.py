"""Templates that define functions, generators and classes, and use them; and what every program starts with."""

PRELUDE = """
import math
from collections import Counter, defaultdict, deque, namedtuple
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from functools import partial, reduce, wraps
from itertools import accumulate, chain, islice, product, takewhile

tally = 0


class Odd(ValueError):
    def __init__(self, code, text=""):
        super().__init__(code)
        self.code = code
        self.text = text


class Managed:
    def __init__(self, log, name, swallow):
        self.log, self.name, self.swallow = log, name, swallow

    def __enter__(self):
        self.log.append("enter " + self.name)
        return self.name * 2

    def __exit__(self, kind, value, trace):
        self.log.append(("leave " + self.name, None if kind is None else kind.__name__))
        return self.swallow


@contextmanager
def managing(log, value):
    log.append("before")
    try:
        yield value + 1
    except ArithmeticError:
        log.append("arithmetic")
    finally:
        log.append("after")


@dataclass
class Point:
    x: int
    y: object = 0


class Constants:
    ZERO = 0


Pair = namedtuple("Pair", ["left", "right"])


def tried(log, function, *args, **kwargs):
    try:
        result = function(*args, **kwargs)
    except Exception as error:
        result = type(error).__name__
    log.append(result)
    return result
"""

FUNCTIONS = """
def @1(@2, @3=<int>, *@4, @5=<str>, **@6):
    log.append((@4, @6))
    <body int:@2 int:@3 tuple:@4 str:@5 dict:@6>
tried(log, @1, <int>)
tried(log, @1, <int>, <int>, <int>, @5=<str>)
tried(log, @1, *<list>, **<dict>)
tried(log, @1)
tried(log, @1, 1, @2=2)
---
def @1(@2, /, @3, *, @4):
    return (@2, @3, @4)
tried(log, @1, <int>, <int>, @4=<any>)
tried(log, @1, <int>, @3=<int>, @4=<any>)
tried(log, @1, @2=1, @3=2, @4=3)
tried(log, @1, 1, 2, 3)
tried(log, lambda: @1(*[1, 2], **{'@4': <any>}))
---
def @1():
    @2 = <int>
    def @3(@4=1):
        nonlocal @2
        @2 += @4
        return @2
    return @3
@5 = @1()
log.append((@5(), @5(<int>), @1()(), @5()))
---
def @1(@2):
    global tally
    tally += @2
    return tally
log.append([@1(@3) for @3 in <list>])
---
@1 = [lambda @2=@3: @2 * 2 for @3 in <list>]
@4 = [lambda: @3 for @3 in <list>]
log.append([@5() for @5 in @1 + @4])
---
def @1(@2):
    if @2 <= 0:
        return <int>
    return @2 + @1(@2 - 1)
log.append(@1(<int> % 6))
---
def @1(@2):
    @2.append(<int>)
    @2 = [9]
    return @2
@3 = [1]
log.append((@1(@3), @3))
---
def @1(@2, @3=[]):
    @3.append(@2)
    return list(@3)
log.append((@1(<int>), @1(<int>), @1(1, []), @1.__name__ == '@1'))
---
def @1(@2):
    @wraps(@2)
    def @3(*@4, **@5):
        log.append(('call', @4, @5))
        return @2(*@4, **@5)
    return @3
@@1
def @6(@7, @8=<int>):
    <body int:@7 int:@8>
tried(log, @6, <int>)
tried(log, @6, <int>, @8=<int>)
---
def @1(@2):
    for @3 in range(@2 % 4):
        if <bool int:@3>:
            yield <any int:@3>
        @4 = yield @3
        log.append(@4)
    return <int>
log.append(list(@1(<int>)))
---
def @1():
    try:
        @2 = yield <int>
        log.append(@2)
        yield from <list>
    except ValueError as @3:
        log.append(@3.args)
        yield 'thrown'
    finally:
        log.append('closed')
@4 = @1()
try:
    log.append(next(@4))
    log.append(@4.send(<any>) if <bool> else 'unsent')
    tried(log, @4.throw, ValueError('t', <int>))
finally:
    @4.close()
tried(log, next, @4)
---
def @1(@2):
    @3 = yield from @2
    log.append(@3)
    return 'outer'
def @4():
    yield <any>
    return <any>
@5 = @1(@4())
log.append([*@5])
---
def @1():
    @2, @3 = 0, 1
    while True:
        yield @2
        @2, @3 = @3, @2 + @3
log.append([*islice(@1(), <int> % 7)])
log.append(dict(zip('abc', @1())))
---
def @1(@2):
    try:
        return ('tried', <any int:@2>)
    except Exception as @3:
        return type(@3).__name__
    finally:
        if @2 < 0:
            return 'final'
        log.append('finally')
log.append([@1(@4) for @4 in <list>])
---
def @1(@2):
    for @3 in range(3):
        try:
            if @3 == @2:
                return @3
            if @3 > <int>:
                break
        finally:
            log.append(@3)
    else:
        return 'else'
    return 'broke'
log.append((@1(1), @1(5)))
---
log.append(partial(lambda @1, @2, @3=0: (@1, @2, @3), <int>, @3=<int>)(<any>))
---
log.append(reduce(lambda @1, @2: <int int:@1 int:@2>, <list>, <int>) % 997)
---
@1 = defaultdict(list)
for @2 in <list>:
    @1[@2 % 3].append(@2)
log.append({@3: sum(@4) for @3, @4 in @1.items()})
---
@1 = Pair(<int>, <any>)
@2, @3 = @1
log.append((@1.left, @1[1], @2, @3, @1._replace(left=0).left, @1 == (1, 2), len(@1)))
---
@1 = iter(<list>)
log.append((next(@1, 'none'), list(@1), list(@1)))
---
def @1(*, @2=<int>):
    def @3(@4):
        return [@2 + @5 + @4 for @5 in range(2)]
    return {@6: @3(@6) for @6 in <list>[:2]}
log.append(@1())
log.append(@1(@2=<int>))
---
tried(log, lambda: missing_name)
tried(log, lambda: <any>.missing)
tried(log, lambda: <any>(1))
tried(log, lambda: <any>[<any>])
tried(log, lambda: <any> + <any>)
tried(log, lambda: <any> < <any>)
tried(log, lambda: [*<any>])
tried(log, lambda: -<any>)
tried(log, lambda: len(<any>))
---
tried(log, lambda: {<any>: 1})
tried(log, lambda: {<any>, <any>})
tried(log, lambda: sorted([<any>, <any>]))
tried(log, lambda: sum(<any>))
tried(log, lambda: max(<any>))
tried(log, lambda: dict(<any>))
tried(log, lambda: list(<any>))
tried(log, lambda: int(<any>))
tried(log, lambda: float(<any>))
tried(log, lambda: <any> * <any> if <any> != <any> else 0)
"""

CLASSES = """
class @1:
    kind = <str>
    shared = []
    def __init__(self, @2, @3=<int>):
        self.value = @2
        self.other = @3
        self.shared.append(@2)
    @property
    def double(self):
        return self.value * 2
    @double.setter
    def double(self, @4):
        if @4 < 0:
            raise ValueError(@4)
        self.value = @4 // 2
    @classmethod
    def make(cls, *@5):
        return cls(len(@5))
    @staticmethod
    def plain(@6):
        return <any int:@6>
    def method(self, @7):
        return (self.kind, self.value, <any int:@7>)
class @8(@1):
    kind = <str>
    def __init__(self, *@9, **kwargs):
        super().__init__(*@9, **kwargs)
        self.extra = <any>
    def method(self, @7):
        return ('sub', *super().method(@7), self.extra)
for @2 in (@1, @8):
    @3 = @2.make(<int>, <int>)
    log.append((@3.double, @3.kind, @3.method(<int>), @2.plain(<int>), @2.__name__ == '@8'))
    @3.double = 7
    tried(log, setattr, @3, 'double', <int>)
    tried(log, setattr, @3, 'missing', <int>)
    log.append((@3.value, vars(@3), isinstance(@3, @1), type(@3) is @1, hasattr(@3, 'extra')))
log.append((@1.shared, issubclass(@8, @1), @8.__mro__[1] is @1))
tried(log, lambda: @8().value)
---
class @1:
    def who(self):
        return ['1']
class @2(@1):
    def who(self):
        return ['2', *super().who()]
class @3(@1):
    def who(self):
        return ['3', *super().who(), <any>]
class @4(@2, @3):
    def who(self):
        return ['4'] + super().who()
class @5(@3, @2):
    pass
log.append((@4().who(), @5().who(), [@6.__name__ == '@3' for @6 in @5.__mro__]))
---
class @1:
    def __init__(self, @2):
        self.n = @2
    def __add__(self, @3):
        return @1(self.n + (@3.n if isinstance(@3, @1) else @3))
    def __radd__(self, @3):
        return @1(@3 - self.n)
    def __mul__(self, @3):
        return NotImplemented
    def __neg__(self):
        return @1(-self.n)
    def __iadd__(self, @3):
        self.n += 100
        return self
    def __eq__(self, @3):
        return isinstance(@3, @1) and self.n == @3.n
    def __lt__(self, @3):
        return self.n < @3.n
    def __hash__(self):
        return hash(self.n)
    def __bool__(self):
        return self.n > 0
    def __repr__(self):
        return f'N({self.n!r})'
    def __format__(self, @3):
        return f'<{self.n}|{@3}>'
    def __abs__(self):
        return abs(self.n)
    def __int__(self):
        return self.n
    def __float__(self):
        return self.n + 0.5
    def __index__(self):
        return self.n
@4, @5 = @1(<int>), @1(<int>)
@6 = @4
@6 += 1
log.append(((@4 + @5).n, (@4 + 1).n, (1 + @4).n, (-@5).n, @4 is @6, @4 == @5, @4 != @5, @4 < @5, @4 > @5))
log.append((bool(@5), not @4, repr(@4), str(@5), f'{@4:>3}', f'{@5}', f'{@5!r:>9}', abs(@4), int(@5), float(@5)))
log.append((@5 in [@1(1), @1(0)], [repr(@7) for @7 in sorted([@4, @5, @1(0)])], max(@4, @5).n))
log.append(([@1(2)] == [@1(2)], hash(@5) == hash(@5.n), repr([@4, (@5,)]), str({'k': @4}), sum([@4, @5], @1(0)).n))
tried(log, lambda: @4 * 2)
tried(log, lambda: @4 <= @5)
tried(log, lambda: @4 - @5)
tried(log, lambda: [1, 2, 3][@1(1)])
tried(log, lambda: range(@1(2))[0])
---
class @1:
    def __init__(self, @2):
        self.items = @2
    def __len__(self):
        return len(self.items)
    def __getitem__(self, @3):
        return self.items[@3]
    def __setitem__(self, @3, @4):
        self.items[@3] = @4
    def __delitem__(self, @3):
        del self.items[@3]
    def __contains__(self, @3):
        return @3 == <int>
    def __call__(self, *@4, **@5):
        return (@4, @5)
@6 = @1(<list>)
log.append((len(@6), bool(@6), <int> in @6, @6(<any>, k=<any>), list(@6), @6[:1], @6[::-1]))
tried(log, @6.__setitem__, 0, <int>)
tried(log, lambda: @6[<int>])
del @6[:1]
log.append((@6.items, callable(@6), [*reversed(@6)]))
---
class @1:
    def __init__(self, @2):
        self.left = @2
    def __iter__(self):
        return self
    def __next__(self):
        if self.left <= 0:
            raise StopIteration
        self.left -= 1
        return self.left
log.append((list(@1(<int> % 5)), sum(@1(3)), [*zip('ab', @1(9))], 2 in @1(4), max(@1(3), default=None)))
@2, *@3 = @1(3)
log.append((@2, @3, next(@1(0), 'end')))
---
class @1:
    def __getattr__(self, @2):
        if @2.startswith('x'):
            return (@2, <any>)
        raise AttributeError(@2)
    def __setattr__(self, @2, @3):
        object.__setattr__(self, @2, [@3])
@4 = @1()
@4.y = <any>
log.append((@4.xa, @4.y, getattr(@4, 'z', 'none'), hasattr(@4, 'w')))
tried(log, lambda: @4.q)
del @4.y
log.append(hasattr(@4, 'y'))
---
class @1:
    def __init__(self, @2):
        self.default = @2
    def __set_name__(self, owner, name):
        self.name = '_' + name
    def __get__(self, instance, owner):
        return self if instance is None else getattr(instance, self.name, self.default)
    def __set__(self, instance, @3):
        setattr(instance, self.name, @3)
class @4:
    a = @1(<any>)
    b = @1(2)
@5 = @4()
log.append((@5.a, @5.b))
@5.a = <any>
log.append((@5.a, @5.b, type(@4.a) is @1, @5.__dict__))
---
class @1:
    seen = []
    def __init_subclass__(cls, tag=None, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.tag = tag
        @1.seen.append(tag)
class @2(@1, tag=<any>):
    pass
class @3(@2):
    tag2 = [@4 for @4 in range(2)]
log.append((@1.seen, @2.tag, @3.tag, @3.tag2))
---
@dataclass
class @1:
    a: int
    b: str = 'b'
    c: list = field(default_factory=list)
    def __post_init__(self):
        self.d = self.a * 2
@dataclass(frozen=True, order=True)
class @2:
    x: int = <int>
    y: tuple = ()
@3 = @1(<int>, c=<list>)
log.append((@3.a, @3.b, @3.c, @3.d, @3 == @1(@3.a, c=list(@3.c)), @1(1) != @1(2)))
log.append((@2() == @2(), @2(1) < @2(2), @2(1, (2,)).y, sorted([@2(3), @2(1)])[0].x, {@2(1): 5}[@2(1)]))
tried(log, setattr, @2(), 'x', 3)
tried(log, lambda: @1().a)
log.append(str(@2(<int>, (<any>,)))[-9:])
---
class @1(Enum):
    A = 'a'
    B = <int>
class @2(IntEnum):
    LOW = 1
    HIGH = 5
log.append((@1.A.value, @1('a').name, [@3.name for @3 in @1], @1.A is @1('a'), @1.A == @1.B, @1['B'].value))
log.append((@2.LOW < @2.HIGH, @2.HIGH + 1, @2(5).name, sorted([@2.HIGH, @2.LOW])[0].value, @2.LOW == 1))
tried(log, lambda: @1('missing'))
tried(log, lambda: @1['missing'])
---
class @1(dict):
    def __missing__(self, @2):
        return <any>
    def __setitem__(self, @2, @3):
        super().__setitem__(@2, (@3,))
class @4(list):
    def append(self, @2):
        super().append(@2)
        super().append(@2)
class @5(str):
    def shout(self):
        return self.upper() + '!'
@6, @7, @8 = @1(a=1), @4([1]), @5(<str>)
@6['b'] = <any>
@7.append(<int>)
log.append((@6['a'], @6['b'], @6['c'], len(@6), sorted(@6), @6.get('z'), 'a' in @6))
log.append((@7 == [1], len(@7), @7[-1], @7 + [3], [*@7][:2], isinstance(@7, list), sum(@7)))
log.append((@8.shout(), @8 + 'x', len(@8), @8 == str(@8), f'{@8}', isinstance(@8, str)))
---
class @1(Exception):
    pass
class @2(@1, KeyError):
    def __str__(self):
        return 'two'
try:
    try:
        raise @2(<any>) if <bool> else @1(<any>, 1)
    except KeyError as @3:
        log.append(('key', @3.args, str(@3)))
        raise @1 from @3
    except @1:
        log.append('one')
        raise
except Exception as @4:
    log.append((@4.args, type(@4.__cause__).__name__, isinstance(@4, @1), type(@4.__context__).__name__))
---
class @1:
    __slots__ = ('a', 'b')
    def __new__(cls, *@2):
        self = super().__new__(cls)
        self.a = @2
        return self
    def __init__(self, *@2):
        self.b = len(@2)
    def __enter__(self):
        log.append('in')
        return self
    def __exit__(self, *@3):
        log.append(@3[0] is None)
        return <bool>
tried(log, lambda: @1(<any>).a)
with @1(<int>, 2) as @4:
    log.append((@4.a, @4.b))
    log.append(<int> // <int>)
---
class @1:
    def __getitem__(self, @2):
        if @2 > 2:
            raise IndexError(@2)
        return @2 * <int>
    def __class_getitem__(cls, @2):
        return ('item', @2)
log.append((list(@1()), @1[<any>], 2 in @1(), dict(enumerate(@1()))))
@3, *@4 = @1()
log.append((@3, @4, getattr(@1, 'nothing', <any>)))
---
class @1(type):
    def __call__(cls, *@2):
        made = super().__call__(*@2)
        made.tagged = <any>
        return made
    def __len__(cls):
        return 3
class @3(metaclass=@1):
    def __init__(self, @2):
        self.a = @2
    class Inner:
        value = <any>
        def get(self):
            return self.value
log.append((@3(<int>).a, @3(1).tagged, len(@3), type(@3) is @1, @3.Inner().get(), @3(2).Inner.value))
"""
