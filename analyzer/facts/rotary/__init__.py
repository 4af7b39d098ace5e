"""Rotary position embeddings: the rotation of pairs of features, and where its angles come from."""
