"""The frameworks whose code is read. Adding one means adding a folder, and its description here."""

from collections.abc import Mapping

from analyzer.frameworks.torch.description import TORCH
from analyzer.frameworks.transformers.description import TRANSFORMERS
from analyzer.library.natives.catalogue import platform_of
from analyzer.library.operations.rule import OpRule

FRAMEWORKS = (TORCH, TRANSFORMERS)
PLATFORMS = (platform_of(TORCH, TRANSFORMERS),)
"""Each framework with the libraries of models on it."""
RULES: Mapping[str, OpRule] = {target: rule for one in FRAMEWORKS for target, rule in one.operations.rules.items()}
"""The operations of all frameworks by target."""

__all__ = ["FRAMEWORKS", "PLATFORMS", "RULES"]
