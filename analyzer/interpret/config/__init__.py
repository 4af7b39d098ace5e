"""Configurations: evaluated, described, checked, and what has to be assumed where their defaults do not suffice."""
