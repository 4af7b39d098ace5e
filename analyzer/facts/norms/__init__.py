"""Normalisations: the statistic, the affine part, and the operations that belong to one norm."""
