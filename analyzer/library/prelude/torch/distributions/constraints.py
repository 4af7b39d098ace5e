class Constraint:
    is_discrete = False
    event_dim = 0


class _PositiveDefinite(Constraint):
    event_dim = 2


real = positive = nonnegative = unit_interval = boolean = simplex = nonnegative_integer = Constraint()
real_vector = Constraint()
positive_definite = _PositiveDefinite()
