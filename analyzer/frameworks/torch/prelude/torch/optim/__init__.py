from torch.optim import lr_scheduler as lr_scheduler


class Optimizer:
    def __init__(self, params, defaults=None, **options):
        self.param_groups = [{"params": list(params), **(defaults or {}), **options}]

    def step(self, closure=None):
        pass

    def zero_grad(self, set_to_none=True):
        pass


class SGD(Optimizer):
    pass


class Adam(Optimizer):
    pass


class AdamW(Optimizer):
    pass


class Adagrad(Optimizer):
    pass


class RMSprop(Optimizer):
    pass
