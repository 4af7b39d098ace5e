"""Which findings about a trait are the model's own values: those about its main stacks."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.report.findings import Finding


def of_main_stacks(findings: Sequence[Finding], stacks: Sequence[str]) -> tuple[Finding, ...]:
    """The findings inside the main stacks, else those about what the stacks are part of, else all.

    Args:
        findings: What is known of one trait in one model.
        stacks: Module paths of the model's main stacks, ``model.layers``.
    """
    inside = tuple(one for one in findings if any(_within(one.module, stack) for stack in stacks))
    around = tuple(one for one in findings if any(not one.module or _within(stack, one.module) for stack in stacks))
    return inside or around or tuple(findings)


def _within(module: str, path: str) -> bool:
    return bool(path) and (module == path or module.startswith(f"{path}."))
