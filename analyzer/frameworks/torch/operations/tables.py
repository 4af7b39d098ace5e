"""All rules by target."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.frameworks.torch.operations.activations import ACTIVATIONS
from analyzer.frameworks.torch.operations.casts import CASTS
from analyzer.frameworks.torch.operations.convolution import CONVOLUTION
from analyzer.frameworks.torch.operations.creation import CREATION
from analyzer.frameworks.torch.operations.decompositions import DECOMPOSITIONS
from analyzer.frameworks.torch.operations.diagonals import DIAGONALS
from analyzer.frameworks.torch.operations.elementwise import ELEMENTWISE
from analyzer.frameworks.torch.operations.host import HOST
from analyzer.frameworks.torch.operations.indexing import INDEXING
from analyzer.frameworks.torch.operations.initialisers import INITIALISERS
from analyzer.frameworks.torch.operations.joining import JOINING
from analyzer.frameworks.torch.operations.losses import LOSSES
from analyzer.frameworks.torch.operations.normalisation import NORMALISATION
from analyzer.frameworks.torch.operations.products import PRODUCTS
from analyzer.frameworks.torch.operations.random import RANDOM
from analyzer.frameworks.torch.operations.recurrent import RECURRENT
from analyzer.frameworks.torch.operations.reductions import REDUCTIONS
from analyzer.frameworks.torch.operations.resampling import RESAMPLING
from analyzer.frameworks.torch.operations.selection import SELECTION
from analyzer.frameworks.torch.operations.shapes import SHAPES
from analyzer.frameworks.torch.operations.sorting import SORTING
from analyzer.frameworks.torch.operations.spectral import SPECTRAL
from analyzer.library.operations.rule import OpRule, merge

RULES: Mapping[str, OpRule] = merge(
    ELEMENTWISE,
    ACTIVATIONS,
    CASTS,
    SHAPES,
    JOINING,
    REDUCTIONS,
    INDEXING,
    SELECTION,
    SORTING,
    DIAGONALS,
    PRODUCTS,
    CONVOLUTION,
    RESAMPLING,
    NORMALISATION,
    CREATION,
    RANDOM,
    INITIALISERS,
    LOSSES,
    RECURRENT,
    SPECTRAL,
    DECOMPOSITIONS,
    HOST,
)
