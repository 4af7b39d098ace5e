"""The traits that rules prove: one typed row each."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Trait:
    """``type`` says what a value is: ``word`` (one of ``values``, or another word when ``open``), ``bool``,
    ``number``, ``expression``, ``list``, or alternatives joined by ``|``. ``absent`` is the value when the structure
    that the trait describes does not exist (None: there is no finding then). ``schedule`` traits may differ by layer.
    A name that ends in ``.*`` is a family.
    """

    name: str
    type: str
    meaning: str
    values: tuple[str, ...] = ()
    absent: object = None
    open: bool = False


