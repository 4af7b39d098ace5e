"""What becomes of every field of a model's configuration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from msgspec import UNSET

from analyzer.engine.assemble import source_of, tool_version
from analyzer.engine.task import ConfigFile
from analyzer.facts.upkeep.unused import last, own_fields, parent_folder
from analyzer.graph import BuiltModel, ConfigField, FieldRead, FileScope
from analyzer.names import Workspace
from analyzer.query import Query
from analyzer.report import ConfigAudit, FieldRow, FieldState, Finding, Json, ReadPlace, Tool
from analyzer.rule.origins import bare, unprefixed


def config_audit(
    query: Query,
    findings: Iterable[Finding],
    workspace: Workspace,
    file: ConfigFile | None,
    given: Mapping[str, object],
    *,
    every: bool = False,
) -> ConfigAudit:
    """The fields of the configuration of ``query``'s model, in the order of the class.

    Args:
        query: The model, built under the configuration.
        findings: What rules found in it.
        workspace: The tree that it is from.
        file: The config.json that it was built under.
        given: The fields that were given, nested ones as mappings.
        every: Also fields that only the library declares and nobody gave.
    """
    model = query.model
    audit = _Audit(query, tuple(findings), dict(_dotted(given)))
    return ConfigAudit(
        tool=Tool(name="asbuilt", version=tool_version()),
        source=source_of(workspace),
        model_type=model.model_type,
        class_name=model.class_name,
        config_class=model.config_class,
        file=None if file is None else file.path,
        status=model.status.value,
        fields=tuple(audit.rows(every=every)),
    )


def _dotted(given: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Given fields by dotted name, those inside of mappings too."""
    for name, value in given.items():
        yield prefix + name, value
        if isinstance(value, Mapping):
            yield from _dotted(value, f"{prefix}{name}.")


@dataclass(frozen=True)
class _Audit:
    query: Query
    findings: tuple[Finding, ...]
    given: Mapping[str, object]

    @property
    def model(self) -> BuiltModel:
        return self.query.model

    def rows(self, *, every: bool) -> Iterator[FieldRow]:
        own = {field.name for field in self.query.facts(own_fields)}
        for field in self.model.config.values():
            if every or field.name in own or self._given_as(field.name) or field.name in self.given:
                yield self._declared(field)
        yield from self._undeclared()
        yield from self._missing(every=every)

    @cached_property
    def _reads(self) -> Mapping[str, tuple[FieldRead, ...]]:
        """Reads by the field that they are of, under whatever name."""
        found: dict[str, list[FieldRead]] = {}
        for read in self.model.usage.reads:
            found.setdefault(self.model.usage.renamed.get(read.field, read.field), []).append(read)
        return {name: tuple(reads) for name, reads in found.items()}

    @cached_property
    def _decided(self) -> Mapping[str, tuple[str, ...]]:
        """Traits by the fields that they depend on."""
        found: dict[str, dict[str, None]] = {}
        for finding in self.findings:
            for field in finding.depends_on if finding.trait else ():
                found.setdefault(unprefixed(field), {})[str(finding.trait)] = None
        return {name: tuple(traits) for name, traits in found.items()}

    @cached_property
    def _issues(self) -> Mapping[str, str]:
        return {issue.field: issue.message for issue in self.model.config_issues}

    def _declared(self, field: ConfigField) -> FieldRow:
        reads, names = self._reads.get(field.name, ()), self._given_as(field.name)
        state = FieldState.READ if reads else self._state(field.name)
        if any(issue.field == field.name and not issue.fatal for issue in self.model.config_issues):
            state = FieldState.UNDECLARED
        return self._row(field, state, names, self._issues.get(field.name) or self._twice(field, names))

    def _state(self, name: str) -> FieldState:
        mentioned = last(name) in self.model.usage.aliases or self.query.program.mentions(last(name), FileScope.ALL)
        return FieldState.NOT_REACHED if mentioned else FieldState.UNREAD

    def _given_as(self, name: str) -> tuple[str, ...]:
        """Other names that the field was given under, with its own if that was given too; empty without another."""
        others = tuple(
            other for other, field in self.model.usage.renamed.items() if field == name and other in self.given
        )
        return (*((name,) if name in self.given else ()), *others) if others else ()

    def _twice(self, field: ConfigField, names: tuple[str, ...]) -> str | None:
        if len(names) < 2:
            return None
        return f"given under {len(names)} names ({', '.join(names)}); the model is built with {bare(field.value)!r}"

    def _row(self, field: ConfigField, state: FieldState, names: tuple[str, ...], note: str | None) -> FieldRow:
        inside = field.span.line > 0 and not field.span.external
        return FieldRow(
            name=field.name,
            state=state,
            value=_json(bare(field.value)),
            source=field.source,
            path=field.span.path if inside else None,
            line=field.span.line if inside else None,
            given_as=names,
            reads=tuple(_place(read) for read in self._reads.get(field.name, ())),
            decides=self._decided.get(field.name, ()),
            note=note,
        )

    def _undeclared(self) -> Iterator[FieldRow]:
        """Given fields that no configuration object has; the library takes some of them for itself."""
        known = {*self.model.config, *self.model.usage.renamed}
        for name, value in self.given.items():
            if name not in known and not isinstance(value, Mapping):
                state = FieldState.UNDECLARED if name in self._issues else FieldState.NOT_REACHED
                yield self._row(ConfigField(name, value, "file"), state, (), self._issues.get(name))

    def _missing(self, *, every: bool) -> Iterator[FieldRow]:
        """Fields that code beside the model's own (with ``every`` any code) reads for the case that somebody gives
        them, and nobody declares."""
        folder = parent_folder(self.model.path)
        for name, reads in self._reads.items():
            found = [one for one in reads if one.has_fallback and (every or parent_folder(one.span.path) == folder)]
            if found and name not in self.model.config and not last(name).startswith("_"):
                field = ConfigField(name, found[0].fallback, "fallback", found[0].span)
                yield self._row(field, FieldState.MISSING, (), None)


def _place(read: FieldRead) -> ReadPlace:
    return ReadPlace(path=read.span.path, line=read.span.line, fallback=read.fallback if read.has_fallback else UNSET)


def _json(value: object) -> Json:
    return value if isinstance(value, bool | int | float | str | list | dict | None) else str(value)
