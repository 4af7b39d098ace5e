class Placement:
    pass


class Shard(Placement):
    def __init__(self, dim):
        self.dim = dim


class _StridedShard(Shard):
    pass


class Replicate(Placement):
    pass


class Partial(Placement):
    pass
