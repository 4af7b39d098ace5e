"""The operations of one framework: its names for them, and what Python's operators stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analyzer.library.operations.errors import UnknownOperation
from analyzer.library.operations.infer import Inferred, infer
from analyzer.library.operations.rule import Table


@dataclass(frozen=True, slots=True)
class Operators:
    """Targets by operator.

    ``binary`` has symbols (``+``, ``<=``, ``@``), ``reflected`` those of the right operand, ``inplace`` those of
    assignments. ``unary`` has ``neg``, ``pos``, ``~``, ``abs``, ``len``, ``bool``, ``int``, ``float``, ``index``,
    ``in``, ``iter``, ``getitem``, ``setitem``, ``round``, ``item``, ``max``, ``min``.
    """

    binary: Mapping[str, str] = field(default_factory=dict)
    reflected: Mapping[str, str] = field(default_factory=dict)
    inplace: Mapping[str, str] = field(default_factory=dict)
    unary: Mapping[str, str] = field(default_factory=dict)

    def target(self, operator: str, *, reflected: bool = False, inplace: bool = False) -> str:
        """The target of a Python operator on tensors.

        With ``reflected`` the tensor is the right operand and is passed first: in torch ``2 - x`` is
        ``infer("Tensor.__rsub__", (x, 2), {})``. An operator without an in-place form gets the plain one.

        Raises:
            KeyError: there is no such operator on tensors.
        """
        if operator in self.unary:
            return self.unary[operator]
        table = self.reflected if reflected else self.inplace if inplace and operator in self.inplace else self.binary
        return table[operator]


@dataclass(frozen=True, slots=True)
class Operations:
    """``rules`` by target, in the framework's own naming.

    A public name is a prefix and a target: ``prefixes`` are tried in order (``torch.``). ``renamed`` are public names
    whose target is another one, and ``within`` namespaces that the public names may leave out. ``silent`` are
    beginnings of targets that a reader can do without. ``from_arrays`` are targets that take the element type of an
    array of NumPy; to others an array is a list of numbers. ``to_sizes`` arrange the elements of a tensor in the given
    sizes.
    """

    rules: Table = field(default_factory=dict)
    operators: Operators = field(default_factory=Operators)
    prefixes: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    within: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    from_arrays: frozenset[str] = frozenset()
    to_sizes: frozenset[str] = frozenset()

    def infer(self, target: str, args: Sequence[object], kwargs: Mapping[str, object]) -> Inferred:
        """What the call ``target(*args, **kwargs)`` does.

        Raises:
            UnknownOperation: there is no rule for ``target``.
            BindingError: the arguments do not fit its parameters.
            ShapeError: the operands do not fit together.
            DataDependent: a size depends on numbers that are not known.
        """
        rule = self.rules.get(target)
        if rule is None:
            raise UnknownOperation(target)
        return infer(rule, args, kwargs)

    def canonical_name(self, target: str) -> str:
        """The canonical operation behind a spelling (``Tensor.add_`` is ``add``); an unknown target is its own name."""
        rule = self.rules.get(target)
        return target if rule is None else rule.name

    def short(self, target: str) -> str:
        """A target as a drawing shows it: ``softmax`` for ``nn.functional.softmax``."""
        for beginning in self.silent:
            target = target.removeprefix(beginning)
        return target

    def public_target(self, dotted: str) -> str | None:
        """The target of a public name (``torch.nn.functional.gelu``, ``torch.einsum``, ``torch.Tensor.add``).

        None if no rule describes it.
        """
        for prefix in self.prefixes:
            if not dotted.startswith(prefix):
                continue
            name = dotted.removeprefix(prefix)
            for candidate in (self.renamed.get(name), name, *(f"{one}{name}" for one in self.within)):
                if candidate in self.rules:
                    return candidate
        return None
