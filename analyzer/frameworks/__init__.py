"""The frameworks whose code is read. Adding one means adding a folder, and its description here."""

from collections.abc import Mapping

from analyzer.frameworks.torch.description import TORCH
from analyzer.frameworks.transformers.description import TRANSFORMERS
from analyzer.library.natives.catalogue import platform_of
from analyzer.library.operations.rule import OpRule
from analyzer.names.naming import KnownNames

FRAMEWORKS = (TORCH, TRANSFORMERS)
PLATFORMS = (platform_of(TORCH, TRANSFORMERS),)
"""Each framework with the libraries of models on it."""
RULES: Mapping[str, OpRule] = {target: rule for one in FRAMEWORKS for target, rule in one.operations.rules.items()}
"""The operations of all frameworks by target."""
NAMES = KnownNames(tuple(one.naming for one in FRAMEWORKS))
"""The names by which classes of all frameworks are recognised."""


def short_target(target: str) -> str:
    """The target of an operation as a drawing shows it."""
    for one in FRAMEWORKS:
        target = one.operations.short(target)
    return target


__all__ = ["FRAMEWORKS", "NAMES", "PLATFORMS", "RULES", "short_target"]
