"""Processes that work for this one: a death, a hang or a full memory there costs one piece of work, never the rest.

Knows nothing of models. Importing it is cheap, so that a process can be started before anything else is imported.
"""

from analyzer.workers.loss import Loss, LossKind
from analyzer.workers.pool import Job, results
from analyzer.workers.process import possible
from analyzer.workers.single import Lost, call
from analyzer.workers.standby import prepared
from analyzer.workers.steps import step

__all__ = ["Job", "Loss", "LossKind", "Lost", "call", "possible", "prepared", "results", "step"]
