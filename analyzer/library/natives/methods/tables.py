"""Every method of Python's types that analysed code may call.

A line is a method and its arguments, ``name:kind`` or ``name:kind=default``; ``kinds`` says what the kinds are.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, UserDict, defaultdict, deque
from collections.abc import Mapping

from analyzer.library.natives.methods import costs
from analyzer.library.natives.methods.method import Cost, Method, table

_TEXT_COSTS: Mapping[str, Cost] = {
    "center": costs.width,
    "ljust": costs.width,
    "rjust": costs.width,
    "zfill": costs.width,
    "expandtabs": costs.tabs,
    "replace": costs.replacement,
    "split": costs.pieces,
    "rsplit": costs.pieces,
    "splitlines": costs.pieces,
    "join": costs.joined,
    "translate": costs.translated,
    "hex": costs.hexadecimal,
}
_SHARED_TEXT = r"""
capitalize
center width:int fillchar:text='\x20'
count sub:text start:int?=None end:int?=None
endswith suffix:texts start:int?=None end:int?=None
expandtabs tabsize:int=8
find sub:text start:int?=None end:int?=None
index sub:text start:int?=None end:int?=None
isalnum
isalpha
isascii
isdigit
islower
isspace
istitle
isupper
join parts:items
ljust width:int fillchar:text='\x20'
lower
lstrip chars:text?=None
partition sep:text
removeprefix prefix:text
removesuffix suffix:text
replace old:text new:text count:int=-1
rfind sub:text start:int?=None end:int?=None
rindex sub:text start:int?=None end:int?=None
rjust width:int fillchar:text='\x20'
rpartition sep:text
rsplit sep:text?=None maxsplit:int=-1
rstrip chars:text?=None
split sep:text?=None maxsplit:int=-1
splitlines keepends:flag=False
startswith prefix:texts start:int?=None end:int?=None
strip chars:text?=None
swapcase
title
upper
zfill width:int
"""
TEXT = table(
    _SHARED_TEXT
    + """
casefold
encode encoding:codec='utf-8' errors:errors='strict'
isdecimal
isidentifier
isnumeric
isprintable
translate table:translation
""",
    costs.by_size,
    _TEXT_COSTS,
)
"""``str``; ``join``, ``format`` and ``format_map`` are the interpreter's own."""
BYTES = table(
    _SHARED_TEXT.replace("='", "=b'")
    + r"""
decode encoding:codec='utf-8' errors:errors='strict'
hex sep:text='\x20' bytes_per_sep:int=1
translate table:bytes delete:bytes=b''
""",
    costs.by_size,
    _TEXT_COSTS,
)
BYTEARRAY = {
    **BYTES,
    **table(
        """
append item:int
clear
copy
extend items:items
insert index:int item:int
pop index:int=-1
remove value:int
reverse
""",
        costs.by_size,
        {},
        frozenset({"append", "clear", "extend", "insert", "pop", "remove", "reverse"}),
    ),
}
LIST = table(
    """
append item:any
clear
copy
extend items:items
insert index:int item:any
pop index:int=-1
reverse
__iadd__ items:items
__imul__ count:int
""",
    costs.by_size,
    {"append": costs.constant, "pop": costs.constant, "__imul__": costs.operator("*")},
    frozenset({"append", "clear", "extend", "insert", "pop", "reverse", "__iadd__", "__imul__"}),
)
"""``index``, ``count``, ``remove`` and ``sort`` compare by the program's rules and are the interpreter's own."""
_MAPPING = """
clear
copy
get key:key default:any=None
items
keys
pop key:key *default:any
popitem
setdefault key:key default:any=None
values
__ior__ mapping:mapping
"""
_MAPPING_COSTS: Mapping[str, Cost] = dict.fromkeys(
    ("get", "items", "keys", "values", "pop", "popitem", "setdefault", "__missing__", "move_to_end"), costs.constant
)
_MAPPING_WRITES = frozenset(
    {"clear", "pop", "popitem", "setdefault", "update", "__ior__", "__missing__", "move_to_end"}
)
DICT = table(_MAPPING, costs.by_size, _MAPPING_COSTS, _MAPPING_WRITES)
ORDERED = table(
    _MAPPING.replace("popitem", "popitem last:flag=True") + "move_to_end key:key last:flag=True\n",
    costs.by_size,
    _MAPPING_COSTS,
    _MAPPING_WRITES,
)
DEFAULT = table(_MAPPING + "__missing__ key:key\n__copy__\n", costs.by_size, _MAPPING_COSTS, _MAPPING_WRITES)
COUNTER = table(
    _MAPPING
    + """
__missing__ key:key
elements
most_common n:int?=None
subtract items:tally=()
update items:tally=()
total
__iadd__ other:operand
__isub__ other:operand
__iand__ other:operand
""",
    costs.by_size,
    {**_MAPPING_COSTS, "elements": costs.counted},
    _MAPPING_WRITES | {"subtract", "update", "__iadd__", "__isub__", "__iand__"},
)
USER = table(_MAPPING + "__copy__\n", costs.by_size, _MAPPING_COSTS, _MAPPING_WRITES)
FROZEN = table(
    """
copy
difference *others:set
intersection *others:set
isdisjoint other:set
issubset other:set
issuperset other:set
symmetric_difference other:set
union *others:set
""",
    costs.by_size,
    {},
)
SET = {
    **FROZEN,
    **table(
        """
add item:key
clear
difference_update *others:set
discard item:key
intersection_update *others:set
pop
remove item:key
symmetric_difference_update other:set
update *others:set
__iand__ other:operand
__ior__ other:operand
__isub__ other:operand
__ixor__ other:operand
""",
        costs.by_size,
        dict.fromkeys(("add", "discard", "remove", "pop"), costs.constant),
        frozenset(
            {"add", "clear", "difference_update", "discard", "intersection_update", "pop", "remove"}
            | {"symmetric_difference_update", "update", "__iand__", "__ior__", "__isub__", "__ixor__"}
        ),
    ),
}
DEQUE = table(
    """
append item:any
appendleft item:any
clear
copy
__copy__
count item:compared
extend items:items
extendleft items:items
index item:compared *limits:int
insert index:int item:any
pop
popleft
remove item:compared
reverse
rotate n:int=1
__iadd__ items:items
__imul__ count:int
""",
    costs.by_size,
    {"append": costs.constant, "appendleft": costs.constant, "count": costs.by_content, "index": costs.by_content}
    | {"remove": costs.by_content, "__imul__": costs.operator("*")},
    frozenset(
        {"append", "appendleft", "clear", "extend", "extendleft", "insert", "pop", "popleft", "remove", "reverse"}
        | {"rotate", "__iadd__", "__imul__"}
    ),
)
INTEGER = table(
    """
as_integer_ratio
bit_count
bit_length
conjugate
to_bytes length:int=1 byteorder:text='big'
__round__ ndigits:int?=None
__pow__ exponent:operand modulus:operand=None
""",
    costs.constant,
    {"to_bytes": costs.repeated_bytes, "__round__": costs.digits, "__pow__": costs.power},
)
FLOAT = table(
    """
as_integer_ratio
conjugate
hex
is_integer
__round__ ndigits:int?=None
__pow__ exponent:operand modulus:operand=None
""",
    costs.constant,
    {"__round__": costs.digits, "__pow__": costs.power},
)
COMPLEX = table("conjugate\n__pow__ exponent:operand modulus:operand=None", costs.constant, {"__pow__": costs.power})
SLICE = table("indices length:int", costs.constant, {})
STATIC: Mapping[str, Mapping[str, Method]] = {
    "int": table("from_bytes data:bytes byteorder:text='big'", costs.number_of, {}),
    "float": table("fromhex text:text", costs.by_size, {}),
    "str": table("maketrans x:any *rest:text", costs.by_size, {}),
    "bytes": table("fromhex text:text\nmaketrans frm:bytes to:bytes", costs.by_size, {}),
    "bytearray": table("fromhex text:text\nmaketrans frm:bytes to:bytes", costs.by_size, {}),
}
"""Class methods and static ones; ``fromkeys`` is the interpreter's own."""
METHODS: Mapping[type, Mapping[str, Method]] = {
    int: INTEGER,
    float: FLOAT,
    complex: COMPLEX,
    str: TEXT,
    bytes: BYTES,
    bytearray: BYTEARRAY,
    list: LIST,
    dict: DICT,
    OrderedDict: ORDERED,
    defaultdict: DEFAULT,
    Counter: COUNTER,
    UserDict: USER,
    set: SET,
    frozenset: FROZEN,
    deque: DEQUE,
    slice: SLICE,
}
