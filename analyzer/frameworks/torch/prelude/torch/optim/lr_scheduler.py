class LRScheduler:
    def __init__(self, optimizer, *args, **kwargs):
        self.optimizer = optimizer

    def step(self, *args):
        pass


_LRScheduler = LRScheduler


class LambdaLR(LRScheduler):
    pass


class ReduceLROnPlateau(LRScheduler):
    pass
