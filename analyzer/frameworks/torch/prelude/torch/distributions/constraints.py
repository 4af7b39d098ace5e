class Constraint:
    """Which values a parameter may have; ``check`` tells it of each element."""

    is_discrete = False
    event_dim = 0

    def __init__(self, check=None):
        self._check = check

    def check(self, value):
        return self._check(value)


class _PositiveDefinite(Constraint):
    event_dim = 2


real = Constraint(lambda value: value == value)
positive = Constraint(lambda value: value > 0.0)
nonnegative = Constraint(lambda value: value >= 0.0)
unit_interval = Constraint(lambda value: (value >= 0.0) & (value <= 1.0))
boolean = Constraint(lambda value: (value == 0) | (value == 1))
simplex = Constraint(lambda value: (value >= 0).all(-1) & ((value.sum(-1) - 1).abs() < 1e-6))
nonnegative_integer = Constraint(lambda value: (value % 1 == 0) & (value >= 0))
real_vector = Constraint(lambda value: (value == value).all(-1))
positive_definite = _PositiveDefinite()
