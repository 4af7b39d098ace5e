"""Real code of all sorts: every package of the environment is scanned by itself, and nothing may break.

``python -m tests.sweep`` takes minutes to hours; it lists what is ``internal``, what hangs and what dies.
"""
