"""The frameworks whose code is read. Adding one means adding a folder, and its description to ``FRAMEWORKS``."""

from collections.abc import Mapping

from analyzer.frameworks.torch.description import TORCH
from analyzer.frameworks.transformers.description import TRANSFORMERS
from analyzer.library.natives.catalogue import platform_of
from analyzer.library.operations.rule import OpRule
from analyzer.library.reserved import merged
from analyzer.names.naming import KnownNames

FRAMEWORKS = (TORCH, TRANSFORMERS)
PLATFORMS = tuple(
    platform_of(framework, *(one for one in FRAMEWORKS if one.on == framework.name))
    for framework in FRAMEWORKS
    if not framework.on
)
"""Each framework with the libraries of models on it."""
RULES: Mapping[str, OpRule] = {target: rule for one in FRAMEWORKS for target, rule in one.operations.rules.items()}
"""The operations of all frameworks by target."""
NAMES = KnownNames(tuple(one.naming for one in FRAMEWORKS))
"""The names by which classes of all frameworks are recognised."""
RESERVED = merged(one.reserved for one in FRAMEWORKS)
"""Names that have a meaning to any of the frameworks."""
CALLS = frozenset(one.naming.call for one in FRAMEWORKS)
"""The methods that modules are called by."""


def short_target(target: str) -> str:
    """The target of an operation as a drawing shows it."""
    for one in FRAMEWORKS:
        target = one.operations.short(target)
    return target


__all__ = ["CALLS", "FRAMEWORKS", "NAMES", "PLATFORMS", "RESERVED", "RULES", "short_target"]
