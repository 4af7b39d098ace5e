from contextlib import contextmanager


def manual_seed(seed):
    pass


def seed():
    return 0


def initial_seed():
    return 0


def get_rng_state():
    return None


def set_rng_state(new_state):
    pass


@contextmanager
def fork_rng(devices=None, enabled=True, **kwargs):
    yield
