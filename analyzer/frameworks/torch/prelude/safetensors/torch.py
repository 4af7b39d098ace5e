def _no_file(*args, **kwargs):
    raise OSError("no file is read")


load = load_file = load_model = save = save_file = save_model = _no_file


def storage_ptr(tensor):
    return id(tensor)


def storage_size(tensor):
    return tensor.numel()
