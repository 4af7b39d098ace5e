"""Templates of statements. What grows in a loop is cut, so that values stay small."""

ASSIGNMENTS = """
<new int> = <int>
---
<new any> = <any>
---
<new list> = <list>
---
<new str> = f"{ <leaf any>}"[:9]
---
<var int> = <int> % 997
---
<var str> = <str>[:9]
---
<var list> = <list>[:5]
---
<var dict> = dict(list(<dict>.items())[:4])
---
<var float> = <float>
---
<var int> += <int>
---
<var int> -= <int>
---
<var int> *= <int> % 5
---
<var int> //= <int>
---
<var int> %= <int>
---
<var int> ^= <int>
---
<var int> <<= <int> % 3
---
<var float> /= <float>
---
<var float> **= 2
---
<var float> = <float> % 100
---
<var str> += <str>[:3]
---
<var list> += <list>[:3]
---
<var tuple> += (<int>,)
---
<var set> |= {<int> % 9}
---
<var set> -= <set>
---
<var dict> |= {'k': <int>}
---
<var list>[<int>] = <int>
---
<var list>[<int>] += <int>
---
<var list>[<int>:<int>] = <list>[:2]
---
del <var list>[<int>:]
---
del <var list>[<int>]
---
del <var dict>[<str>]
---
<var dict>[<str>[:2]] = <int>
---
<var dict>[<str>[:2]] += <int>
---
<var list>.append(<int>)
---
<var list>.extend(<set>)
---
<var list>.insert(<int>, <int>)
---
log.append(<var list>.pop())
---
<var list>.remove(<int>)
---
<var list>.sort(key=lambda @1: <int @1>)
---
<var list>.reverse()
---
<var dict>.update(<dict>, z=<int>)
---
log.append(<var dict>.setdefault(<str>[:2], <int>))
---
log.append(<var dict>.pop(<str>, None))
---
log.append(<var dict>.popitem())
---
<var set>.add(<int>)
---
<var set>.discard(<int>)
---
<new int>, <new int> = <int>, <int>
---
<new int>, *@1 = <list>
log.append(@1)
---
*@1, (<new int>, @2) = [<int>, (<int>, <str>)]
log.append((@1, @2))
---
[@1, @2] = <tuple>
log.append((@2, @1))
---
@1 = @2 = <list>
@1.append(7)
log.append(@2)
---
@1, @1 = <int>, <int>
log.append(@1)
---
<new list> = @1 = [<int>]
@1 += [2]
---
@1: int = <int>
log.append(@1)
---
log.append(<any>)
---
log.append((<any>, <any>))
---
log.append([<any>, <any>])
---
assert <bool>, <str>
---
pass
---
log.append((@1 := <int>) + @1)
---
log.append([@1 := <int>, @1 * 2])
---
if (@1 := <any>) and <bool>:
    log.append(@1)
---
log.append([@2 for @1 in <list> if (@2 := @1 * 2) > <int>])
---
@1 = @2, *@3 = <tuple>
log.append((@1, @2, @3))
---
<var int>, <var list> = len(<list>), [<int>]
---
log.append([(@1, @2) for @1, *@2 in (<tuple>, <tuple>)])
"""

FLOW = """
if <bool>:
    <block>
---
if <any>:
    <block>
elif <bool>:
    <block>
else:
    <block>
---
for @1 in <list>[:4]:
    <block int:@1>
---
for @1, @2 in <dict>.items():
    log.append((@1, @2))
    <block str:@1 int:@2>
    break
---
for @1, @2 in enumerate(<str>[:3]):
    if <bool>:
        continue
    <block int:@1 str:@2>
else:
    <block>
---
for @1 in range(<int> % 5):
    if <bool>:
        break
    <block int:@1>
else:
    <block>
log.append(@1)
---
@1 = 3
while @1 and <bool>:
    @1 -= 1
    <block int:@1>
else:
    <block>
---
@1 = 0
while True:
    @1 += 1
    if @1 > 3 or <bool>:
        break
    if <bool>:
        continue
    <block>
---
try:
    <block>
except ValueError as @1:
    log.append(type(@1).__name__)
    <block>
---
try:
    <block>
except (KeyError, IndexError):
    log.append('lookup')
except ArithmeticError as @1:
    log.append(isinstance(@1, ZeroDivisionError))
else:
    <block>
finally:
    log.append('finally')
---
try:
    <block>
finally:
    <block>
---
try:
    <block>
except Exception as @1:
    log.append(type(@1).__name__)
    if <bool>:
        raise
---
raise ValueError(<any>, <int>)
---
raise KeyError(<str>) from TypeError('cause')
---
try:
    raise Odd(<int>, text=<str>)
except Odd as @1:
    log.append((@1.args, @1.code, @1.text, str(@1)))
---
try:
    try:
        <block>
        raise LookupError(<str>)
    except LookupError as @1:
        raise RuntimeError(<int>) from @1
except RuntimeError as @2:
    log.append((@2.args, type(@2.__cause__).__name__))
---
for @1 in <list>[:3]:
    try:
        if <bool>:
            continue
        if <bool>:
            break
        <block int:@1>
    except Exception as @2:
        log.append(type(@2).__name__)
    finally:
        log.append(@1)
---
with Managed(log, <str>, <bool>) as @1:
    log.append(@1)
    <block>
---
with Managed(log, 'one', <bool>), Managed(log, 'two', <bool>) as @1:
    <block>
---
with managing(log, <int>) as <new int>:
    <block>
---
with suppress(ValueError, LookupError):
    <block>
    raise IndexError
---
match <any>:
    case 0 | 1 | '':
        log.append('small')
    case int(@1) if @1 > <int>:
        log.append(('int', @1))
        <block int:@1>
    case bool() | float():
        log.append('number')
    case str() as @2:
        log.append(@2)
    case [@1, *_]:
        log.append(('first', @1))
    case {'a': @1, **@2}:
        log.append((@1, @2))
    case None:
        log.append('none')
    case _:
        <block>
---
match <tuple>:
    case []:
        log.append('empty')
    case [int(@1) | str(@1)]:
        log.append(@1)
    case (@1, 'a' | 'b' as @2):
        log.append((@1, @2))
    case [_, (1, *@3), *@4]:
        log.append((@3, @4))
    case [*@1, True | False | None]:
        log.append(@1)
    case @1:
        log.append(('else', @1))
---
match Point(<int>, <any>):
    case Point(0, y=@1):
        log.append(@1)
    case Point(x=int(@1), y=str() | [_]):
        log.append(('text', @1))
    case Point(@1, (@2, *_)) if @1:
        log.append((@1, @2))
    case Point(@1, @2):
        log.append((@2, @1))
---
match (<int>, <dict>):
    case (-1 | 7, {}):
        log.append('odd')
    case (@1, {'a': 1 | 2, 'b': @2}):
        log.append((@1, @2))
    case (@1, {'a': @2}) if @1 < @2:
        log.append('less')
    case (Constants.ZERO, _):
        log.append('zero')
"""


def split(text: str) -> tuple[str, ...]:
    """The templates of a table."""
    return tuple(text.strip("\n").split("\n---\n"))
