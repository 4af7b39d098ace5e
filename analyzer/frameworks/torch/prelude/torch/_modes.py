"""Modes that a program enters and leaves, and that change no value here."""


class _Mode:
    """A context manager that also decorates functions."""

    def __init__(self, *args, **kwargs):
        pass

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        return False

    def __call__(self, function):
        return function


class _GradMode(_Mode):
    """Takes the decorated function itself too: ``@no_grad`` and ``@no_grad()``."""

    def __new__(cls, function=None):
        return function if callable(function) else super().__new__(cls)


class no_grad(_GradMode):
    pass


class enable_grad(_GradMode):
    pass


class inference_mode(_Mode):
    def __new__(cls, mode=True):
        return mode if callable(mode) else super().__new__(cls)


class set_grad_enabled(_Mode):
    pass


class autocast(_Mode):
    pass


class device_mode(_Mode):
    pass


def is_grad_enabled():
    return False


def is_inference_mode_enabled():
    return False


def is_autocast_enabled(device_type=None):
    return False


def is_autocast_cpu_enabled():
    return False


def is_autocast_cache_enabled():
    return False


def unchanged(function=None, *args, **kwargs):
    """A decorator, with or without options, that leaves its function as it is."""
    return function if callable(function) else lambda wrapped: wrapped


def nothing(*args, **kwargs):
    """A call made for its effect on the running process, which has none here."""
