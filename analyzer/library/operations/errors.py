"""Why an operation could not be inferred; the interpreter turns each into a gap."""


class UnknownOperation(Exception):
    """There is no rule for ``target``."""

    def __init__(self, target: str) -> None:
        super().__init__(f"no rule for the operation {target}")
        self.target = target


class ShapeError(Exception):
    """The operands' sizes or element types do not fit together."""


class BindingError(Exception):
    """The arguments do not fit the operation's parameters."""


class DataDependent(Exception):
    """The result's sizes depend on numbers that are not known."""
