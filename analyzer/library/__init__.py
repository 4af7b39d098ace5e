"""What external libraries mean: tensor operations and library classes, described, never imported."""
