"""Canonical values of operations: one form for all spellings of the same arithmetic.

Take ``x / 2 + y`` and ``0.5 * (2 * y + x)`` for tensors of two rows and three columns:

1. ``x`` and ``y`` are leaves: a *core* of six elements each, which a *view* reads as two rows of three
   (``layout``: an atom of size 2 and stride 3, an atom of size 3 and stride 1).
2. A sum is a linear combination (``algebra``). The first is ``0.5 x + 1 y``, the second ``0.5 (1 x + 2 y)``: the factor
   of the first term is drawn out of both, the terms come in the order of their cores, and ``1 x + 2 y`` is left.
3. Both tensors are walked in step, so the two loops are one over six elements (``cores``):
   ``LoopNode("sum", accesses=(x stride 1 times 1, y stride 1 times 2), sizes=(6,))``.
4. The same node has the same number (``terms``). Both tensors are views of that core with the factor 0.5. So they are
   equal, and not a single number was computed. The sum of the transposed tensors is the same core, read in other
   dimensions.

Two models compute the same where the views of their results are equal; where they are not, the deepest cores that
differ say which operations depart from each other.
"""
