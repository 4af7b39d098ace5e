"""Stacks of layers: their blocks, norms and sizes, and which of them stand for the model."""
