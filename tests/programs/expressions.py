"""Templates of expressions by kind. ``list`` and ``set`` hold integers, ``dict`` maps texts to integers."""

LEAVES: dict[str, tuple[str, ...]] = {
    "int": ("0", "1", "2", "3", "-1", "-2", "7", "-13", "10", "255", "True"),
    "float": ("0.0", "1.5", "-2.25", "0.1", "1e10", "1e-3", "-0.0", "3.0"),
    "bool": ("True", "False"),
    "str": ("'a'", "''", "'abc'", "' x y '", "'Zed'", "'1'", "'-3'", "'a,b,,c'", "'é'"),
    "list": ("[]", "[1]", "[3, 1, 2]", "[0, -1, 0]", "list(range(4))"),
    "tuple": ("()", "(1,)", "(1, 'a')", "('b', 2.5, None)", "((1, 2), [3])"),
    "dict": ("{}", "{'a': 1}", "{'b': 2, 'a': 0}", "{'x': 1, 'y': -1}"),
    "set": ("set()", "{1, 2}", "{0}", "{3, 5, 4}"),
}

INT = """
<int> + <int>
<int> - <int>
<int> * <int>
<int> // <int>
<int> % <int>
-<int>
+<bool>
~<int>
<int> & <int>
<int> | <int>
<int> ^ <int>
<int> << (<int> % 5)
<int> >> (<int> % 5)
<int> ** (<int> % 4)
abs(<int>)
pow(<int>, 2)
pow(<int>, 3, 7)
divmod(<int>, <int>)[0]
divmod(<int>, <int>)[1]
len(<str>)
len(<list>)
len(<dict>)
len(<set>)
len(<tuple>)
sum(<list>)
sum(<set>, <int>)
sum(@1 * @1 for @1 in <list>)
min(<int>, <int>)
max(<int>, <int>, <int>)
max(<list>)
min(<list>, default=<int>)
max(<list>, key=lambda @1: <int @1>)
int(<float>)
int(<str>)
int(<bool>)
round(<float>)
<int> if <bool> else <int>
<list>[<int>]
<dict>[<str>]
<dict>.get(<str>, <int>)
<dict>.get(<str>) or <int>
<list>.count(<int>)
<list>.index(<int>)
<str>.count(<str>)
<str>.find(<str>)
(lambda @1: <int @1>)(<int>)
(lambda @1, *, @2=<int>: @1 - @2)(<int>)
(lambda *@1: len(@1))(*<list>)
<int> and <int>
<int> or <int>
[*<list>, 5][0]
(<int>).bit_length()
next(iter(<list>), <int>)
next(@1 for @1 in <list> if <bool int:@1>)
ord(<str>[0])
hash(<int>)
int(<str>, 16)
sorted(<list>)[0]
(<int>).__add__(<int>)
type(<any>) is int
"""

FLOAT = """
<float> + <float>
<float> - <int>
<float> * <float>
<float> / <float>
<int> / <int>
<float> // <float>
<float> % <float>
<float> ** 2
-<float>
abs(<float>)
float(<int>)
float(<str>)
round(<float>, 2)
round(<float>, <int> % 3)
max(<float>, <int>)
sum([<float>, <float>])
<float> if <bool> else <float>
math.sqrt(abs(<float>))
math.floor(<float>) + 0.5
math.ceil(<float>) * 1.0
<int> ** -1
float(<bool>)
<float> or <float>
"""

BOOL = """
<int> < <int>
<int> <= <float> < <int>
<int> == <float>
<str> == <str>
<str> < <str>
<list> == <list>
<list> < <list>
<tuple> == <tuple>
<dict> == <dict>
<set> <= <set>
<any> == <any>
<any> != <any>
<any> is None
<any> is not None
not <any>
<bool> and <bool>
<bool> or <bool>
bool(<any>)
<int> in <list>
<int> not in <set>
<str> in <str>
<str> in <dict>
<int> in (1, 2, <int>)
isinstance(<any>, int)
isinstance(<any>, (str, float))
isinstance(<any>, bool)
any(<bool int:@1> for @1 in <list>)
all(<bool int:@1> for @1 in <list>)
any(<list>)
all([<bool>, <bool>])
<str>.startswith(<str>)
<str>.endswith(('c', <str>))
<str>.isdigit()
<str>.isupper()
callable(<any>)
hasattr(<any>, 'append')
<bool> ^ <bool>
<bool> == <int>
<set>.isdisjoint(<list>)
issubclass(type(<any>), int)
<int> != <int> != <int>
"""

STR = """
<str> + <str>
<str> * (<int> % 3)
<str>.upper()
<str>.strip()
<str>.strip('a ')
<str>.title()
<str>.capitalize()
<str>.replace(<str>, <str>, 2)
<str>.join(['p', <str>, 'q'])
<str>.join(str(@1) for @1 in <list>)
<str>.split(',')[0]
<str>.rpartition('a')[2]
<str>.zfill(4)
<str>.center(<int> % 9, '*')
<str>.rjust(5)
<str>[<int>]
<str>[<int>:]
<str>[:<int>]
<str>[::-1]
<str>[<int>:<int>:2]
str(<any>)
repr(<any>)
str(<int>)
repr(<str>)
f"{<leaf int>}"
f"{<leaf int>:>5}|{<leaf int>:05d}"
f"{<leaf int>:x}{<leaf int>:#b}{<leaf int>:+d}"
f"{<leaf float>:.2f}"
f"{<leaf float>:8.3e}|{<leaf float>:g}"
f"{<leaf float>:.1%}"
f"{<leaf str>!r:>8}"
f"{<leaf str>:*^7}"
f"{ <leaf any>!s}"
f"{ <leaf any>!r}"
f"{<leaf str>!a}"
f"{<leaf int>=}"
f"{<leaf int>:{<leaf int> % 7}}"
f"{{}}{ <leaf any>}"
f"{<leaf int>:,}"
'%s-%s' % (<any>, <int>)
'%d %5.2f' % (<int>, <float>)
'%(a)s' % {'a': <str>}
'%x' % <int>
'{} {}'.format(<int>, <str>)
'{1}{0!r}'.format(<str>, <int>)
'{k:>4}'.format(k=<str>)
'{0[0]}'.format(<list>)
<str> if <bool> else <str>
<str> or <str>
<str> and <str>
chr(97 + <int> % 20)
type(<any>).__name__
format(<int>, '04')
format(<float>, '.1f')
max(<str>, <str>)
min([<str>, <str>], key=len)
''.join(sorted(<str>))
''.join(reversed(<str>))
<str>.lower().removeprefix('a')
<str>.splitlines()[-1]
<tuple>.__class__.__name__
hex(<int>)
bin(<int>)
<str>.translate({97: 'X'})
<str>.casefold()
<str>.swapcase()
"""

LIST = """
[<int>, <int>, *<list>]
<list> + <list>
<list> * (<int> % 3)
<list>[<int>:]
<list>[:<int>]
<list>[<int>:<int>]
<list>[::-1]
<list>[::<int>]
<list>[-3::2]
[<int @1> for @1 in <list>]
[@1 for @1 in <list> if <bool int:@1>]
[@1 + @2 for @1 in <list> for @2 in <list>]
[@1 - @2 for @1, @2 in zip(<list>, <list>)]
[@1 * @2 for @1, @2 in enumerate(<list>, 1)]
[<int @1> for @1 in range(<int> % 4)]
[@2 for @1 in [<list>, <list>] for @2 in @1]
[[@2 + @1 for @2 in <list>] for @1 in (1, 2)][0]
sorted(<list>)
sorted(<list>, reverse=<bool>)
sorted(<list>, key=lambda @1: <int @1>)
sorted(<set>)
list(<set>)
list(<dict>.values())
list(map(lambda @1: <int @1>, <list>))
list(map(lambda @1, @2: @1 - @2, <list>, <list>))
list(filter(lambda @1: <bool int:@1>, <list>))
list(filter(None, <list>))
list(reversed(<list>))
list(range(<int> % 5, <int> % 7))
list(range(9, <int> % 9, -2))
list(<int @1> for @1 in <list>)
[len(@1) for @1 in <str>.split('a')]
[ord(@1) for @1 in <str>]
<list>.copy()
<list> if <bool> else <list>
[*<set>, *<list>]
list(accumulate(<list>))
list(chain(<list>, <set>))
list(islice(chain([1, 2], <list>), 3))
[sum(@1) for @1 in product(<list>, (1, 2))]
[@1[0] for @1 in sorted(enumerate(<list>), key=lambda @2: (@2[1], -@2[0]))]
list(dict.fromkeys(<list>))
list(zip(<list>, <list>))
[*map(abs, <list>)]
list(takewhile(lambda @1: <bool int:@1>, <list>))
[-@1 for @1 in <list>]
list(deque(<list>, maxlen=2))
"""

TUPLE = """
(<any>, <any>)
(<int>, *<list>)
<tuple> + (<any>,)
<tuple>[<int>:]
<tuple>[::-1]
tuple(<list>)
tuple(<str>)
tuple(<int @1> for @1 in <list>)
tuple(<dict>.items())
tuple(<set>)
(<any>,) * 2
tuple(zip(<str>, <list>))
divmod(<int>, <int>)
<str>.partition('b')
tuple(sorted(<str>))
(*<tuple>, *<list>)
tuple(enumerate(<str>))
<tuple> if <bool> else <tuple>
tuple(map(str, <list>))
tuple(map(type, <list>)) and ()
"""

DICT = """
{<str>: <int>, <str>: <int>}
{**<dict>, <str>: <int>}
{**<dict>, **<dict>}
<dict> | <dict>
{@1: <int str:@1> for @1 in <str>}
{@1: @2 for @1, @2 in zip(<str>, <list>)}
{str(@1): @1 for @1 in <list>}
dict(zip('xyz', <list>))
dict(a=<int>, b=<int>)
dict(<dict>, c=<int>)
dict(sorted(<dict>.items()))
{@1: @2 for @1, @2 in <dict>.items() if @2}
dict.fromkeys(<str>, <int>)
dict(Counter(<str>))
<dict>.copy()
<dict> if <bool> else <dict>
dict(map(lambda @1: (str(@1), @1), <list>))
{@1: len(@1) for @1 in (<str>, <str>)}
dict([('k', <int>), (<str>, 1)])
"""

SET = """
<set> | <set>
<set> & <set>
<set> - <set>
<set> ^ <set>
set(<list>)
{<int>, <int>}
{<int @1> for @1 in <list>}
{*<list>, <int>}
<set>.union(<list>)
<set>.intersection(<list>, <set>)
set(range(<int> % 4))
{len(@1) for @1 in <str>.split(',')}
set(<dict>.values())
set(frozenset(<list>))
<set>.difference([1, <int>])
"""


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.strip().splitlines())


INNER: dict[str, tuple[str, ...]] = {
    "int": _lines(INT),
    "float": _lines(FLOAT),
    "bool": _lines(BOOL),
    "str": _lines(STR),
    "list": _lines(LIST),
    "tuple": _lines(TUPLE),
    "dict": _lines(DICT),
    "set": _lines(SET),
}
