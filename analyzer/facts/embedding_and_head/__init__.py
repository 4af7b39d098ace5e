"""The two ends of a model: token embeddings, the output head, and pooling to one vector a sequence."""
