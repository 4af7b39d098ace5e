from torch._modes import _Mode


class TransformGetItemToIndex(_Mode):
    pass
