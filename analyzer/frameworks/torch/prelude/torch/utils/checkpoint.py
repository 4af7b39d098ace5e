_OWN = ("use_reentrant", "preserve_rng_state", "context_fn", "determinism_check", "debug", "early_stop")


def checkpoint(function, *args, **kwargs):
    """Calls the function; recomputing it for gradients changes no value."""
    return function(*args, **{key: value for key, value in kwargs.items() if key not in _OWN})


def checkpoint_sequential(functions, segments, input, use_reentrant=None, **kwargs):
    for function in functions:
        input = function(input)
    return input
