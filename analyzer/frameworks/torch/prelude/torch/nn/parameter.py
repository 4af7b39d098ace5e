from torch._native import Buffer as Buffer
from torch._native import Parameter as Parameter
from torch._native import UninitializedParameter as UninitializedParameter


class UninitializedTensorMixin:
    pass
