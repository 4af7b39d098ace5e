from torch._modes import nothing

barrier = destroy_process_group = nothing


class ProcessGroup:
    pass


class ReduceOp:
    SUM = "sum"
    AVG = "avg"
    MAX = "max"
    MIN = "min"


def is_available():
    return False


def is_initialized():
    return False


def is_nccl_available():
    return False


def is_torchelastic_launched():
    return False


def get_rank(group=None):
    return 0


def get_world_size(group=None):
    return 1
