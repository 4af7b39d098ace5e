"""Canonical values of operations: one form for all spellings of the same arithmetic."""
