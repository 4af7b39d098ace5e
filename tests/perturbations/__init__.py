"""Rewrites of model code that keep its meaning, and what the rules say before and after.

``python -m tests.perturbations`` applies every rewrite to the models of ``models.txt``; ``test_perturbations.py`` to a
few. A rewrite is guided by what the traced call did at each place, so that ``x + y`` is known to add tensors.
"""
