"""Generated programs of the pure subset of Python: they end, they are deterministic, and they log what they compute.

``programs()`` is a Hypothesis strategy of source texts with a function ``main`` (its parameters are ``GIVEN``), which
returns what it logged; ``judge`` runs a text with Python and with the interpreter. The grammar is data: tables of
templates (``expressions``, ``statements``, ``definitions``) that ``grammar`` fills in.
"""
