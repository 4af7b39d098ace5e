from torch._native import Buffer, Parameter, UninitializedParameter


class UninitializedTensorMixin:
    pass
