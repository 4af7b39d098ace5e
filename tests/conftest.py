"""Settings of all tests: generated examples have no time limit each, for the machine may be busy with others."""

import signal

import pytest
from hypothesis import settings

from tests.slow_tests import SLOW

settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    # Programs started in the background of a shell ignore Ctrl-C, and so would those that tests start and interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in ``SLOW``."""
    for item in items:
        if item.nodeid.startswith(SLOW):
            item.add_marker(pytest.mark.slow)
