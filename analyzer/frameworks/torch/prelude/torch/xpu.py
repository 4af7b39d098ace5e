from torch._modes import nothing

empty_cache = manual_seed = manual_seed_all = set_device = synchronize = reset_peak_memory_stats = nothing


def is_available():
    return False


def is_bf16_supported():
    return False


def is_current_stream_capturing():
    return False


def device_count():
    return 0


def memory_allocated(device=None):
    return 0


def memory_reserved(device=None):
    return 0


def max_memory_allocated(device=None):
    return 0
