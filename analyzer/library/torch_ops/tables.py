"""All rules by target."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.library.torch_ops.activations import ACTIVATIONS
from analyzer.library.torch_ops.casts import CASTS
from analyzer.library.torch_ops.convolution import CONVOLUTION
from analyzer.library.torch_ops.creation import CREATION
from analyzer.library.torch_ops.decompositions import DECOMPOSITIONS
from analyzer.library.torch_ops.elementwise import ELEMENTWISE
from analyzer.library.torch_ops.host import HOST
from analyzer.library.torch_ops.indexing import INDEXING
from analyzer.library.torch_ops.initialisers import INITIALISERS
from analyzer.library.torch_ops.joining import JOINING
from analyzer.library.torch_ops.losses import LOSSES
from analyzer.library.torch_ops.normalisation import NORMALISATION
from analyzer.library.torch_ops.products import PRODUCTS
from analyzer.library.torch_ops.random import RANDOM
from analyzer.library.torch_ops.recurrent import RECURRENT
from analyzer.library.torch_ops.reductions import REDUCTIONS
from analyzer.library.torch_ops.resampling import RESAMPLING
from analyzer.library.torch_ops.rule import OpRule, merge
from analyzer.library.torch_ops.selection import SELECTION
from analyzer.library.torch_ops.shapes import SHAPES
from analyzer.library.torch_ops.spectral import SPECTRAL

RULES: Mapping[str, OpRule] = merge(
    ELEMENTWISE,
    ACTIVATIONS,
    CASTS,
    SHAPES,
    JOINING,
    REDUCTIONS,
    INDEXING,
    SELECTION,
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
