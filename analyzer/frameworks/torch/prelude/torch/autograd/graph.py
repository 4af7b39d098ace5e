from torch._modes import _Mode


class saved_tensors_hooks(_Mode):
    pass


class save_on_cpu(_Mode):
    pass


class disable_saved_tensors_hooks(_Mode):
    pass
