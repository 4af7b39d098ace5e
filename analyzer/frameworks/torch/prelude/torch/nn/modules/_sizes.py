"""Sizes given as one number or one number a dimension."""


def repeated(count):
    """A function that makes a tuple of ``count`` from a number, and leaves sequences as tuples."""

    def expand(value):
        return tuple(value) if isinstance(value, (tuple, list)) else (value,) * count

    return expand


single, pair, triple, quadruple = repeated(1), repeated(2), repeated(3), repeated(4)


def mirrored(padding):
    """Padding amounts from the last dimension to the first, each side alike."""
    return tuple(amount for amount in reversed(padding) for _ in range(2))
