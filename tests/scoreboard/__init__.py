"""Scores of the tool on real models against recorded truth: ``python -m tests.scoreboard``."""
