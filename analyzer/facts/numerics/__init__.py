"""Numerical guards: casts to wider types, clamps, epsilons and fillers of masks."""
