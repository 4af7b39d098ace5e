from typing import *
from typing import Annotated, Literal, NotRequired, ParamSpec, Protocol, Required, Self, TypeAlias, TypedDict
from typing import TypeVar, Unpack, dataclass_transform, runtime_checkable


def override(function):
    return function


def deprecated(message, *, category=None, stacklevel=1):
    return lambda wrapped: wrapped
