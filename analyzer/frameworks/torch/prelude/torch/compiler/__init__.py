from torch._modes import nothing, unchanged

compile = disable = allow_in_graph = assume_constant_result = substitute_in_graph = unchanged
cudagraph_mark_step_begin = reset = set_stance = nothing


def is_compiling():
    return False


def is_dynamo_compiling():
    return False


def is_exporting():
    return False
