"""What claims are compared with: the findings about one model under one configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property

from analyzer.report import FieldPlace, Finding, of_main_stacks


@dataclass(frozen=True)
class ClaimSubject:
    """One analysed model. ``main`` are the module paths of the stacks that stand for it; ``configured`` says that the
    configuration is the one that the claims are about, not the class's defaults; ``given`` that a user chose it;
    ``failure`` why nothing is known."""

    model_type: str
    class_name: str
    findings: tuple[Finding, ...]
    main: tuple[str, ...] = ()
    fields: Mapping[str, FieldPlace] = field(default_factory=dict)
    configured: bool = False
    given: bool = False
    complete: bool = True
    failure: str = ""

    @cached_property
    def by_trait(self) -> Mapping[str, tuple[Finding, ...]]:
        """Findings about traits, in the order of the report."""
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            if finding.kind == "trait" and finding.trait:
                found.setdefault(finding.trait, []).append(finding)
        return {trait: tuple(findings) for trait, findings in found.items()}

    def about(self, trait: str, module: str | None = None) -> tuple[Finding, ...]:
        """What is known of ``trait``: at the modules that the pattern fits, else of the main stacks."""
        found = self.by_trait.get(trait, ())
        if module is not None:
            return tuple(one for one in found if fnmatchcase(one.module, module) or one.module == module)
        return of_main_stacks(found, self.main)

    def number(self, name: str) -> float | None:
        """A size by its name (``head_dim``) or the value of a field (``config.x``); None where it is no number."""
        if name.startswith("config."):
            known = self.fields.get(name)
            value = known.value if known else None
        else:
            value = next((one.value for one in self.about(f"dims.{name}") if one.reason is None), None)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
