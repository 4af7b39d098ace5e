"""Made-up input of many kinds, and what must hold for each: ``python -m tests.fuzz --seconds 60 --seed 1``.

A *kind* (``kinds``) makes cases from random numbers and tries them; a *lane* (``lanes``) tries cases in processes that
may hang, swell or die; faults are told apart by their cause, and the first input of each cause is made small
(``shrink``).
"""
