from collections import namedtuple

from torch._native import Module as Module

_EXTRA_STATE_KEY_SUFFIX = "_extra_state"
_IncompatibleKeys = namedtuple("IncompatibleKeys", ["missing_keys", "unexpected_keys"])
