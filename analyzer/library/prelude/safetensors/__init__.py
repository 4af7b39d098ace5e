class SafetensorError(Exception):
    pass


def safe_open(*args, **kwargs):
    raise OSError("no file is read")
