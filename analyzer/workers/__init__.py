"""Worker processes: a crash, a hang or a full memory in one of them costs one piece of work, never the rest.

This package does not depend on models. Importing it is cheap, so that a worker can start before anything else is
imported.
"""

from analyzer.workers.loss import Loss, LossKind
from analyzer.workers.pool import Job, results
from analyzer.workers.process import possible
from analyzer.workers.single import Lost, call
from analyzer.workers.standby import prepared
from analyzer.workers.steps import step

__all__ = ["Job", "Loss", "LossKind", "Lost", "call", "possible", "prepared", "results", "step"]
