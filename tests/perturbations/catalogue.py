"""All rewrites, by name."""

from tests.perturbations.arithmetic import ARITHMETIC
from tests.perturbations.layout import LAYOUT
from tests.perturbations.products import PRODUCTS
from tests.perturbations.rewriting import Rewrite
from tests.perturbations.statements import STATEMENTS
from tests.perturbations.syntax import SYNTAX

REWRITES: tuple[Rewrite, ...] = (*ARITHMETIC, *LAYOUT, *PRODUCTS, *SYNTAX, *STATEMENTS)
