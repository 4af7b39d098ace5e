class RemovableHandle:
    def __init__(self, hooks_dict=None, *, extra_dict=None):
        pass

    def remove(self):
        pass
