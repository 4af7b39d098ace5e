from typing import Final as Final

from torch._modes import _Mode, unchanged

script = ignore = unused = export = script_if_tracing = interface = unchanged


class ScriptModule:
    pass


class ScriptFunction:
    pass


class TracerWarning(Warning):
    pass


class fuser(_Mode):
    pass


class strict_fusion(_Mode):
    pass


def trace(func, example_inputs=None, *args, **kwargs):
    return func


def freeze(mod, *args, **kwargs):
    return mod


def is_tracing():
    return False


def is_scripting():
    return False


def annotate(the_type, the_value):
    return the_value
