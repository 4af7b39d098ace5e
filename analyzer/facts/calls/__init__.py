"""What other calls of the model show: fewer layers, a mask, packed sequences, padded positions."""
