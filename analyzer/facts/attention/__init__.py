"""Attention: queries, keys and values, their product, the softmax, the output, and how heads are laid out."""
