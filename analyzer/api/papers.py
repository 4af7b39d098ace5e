"""Papers against code: the functions behind ``asbuilt verify`` and ``asbuilt claims``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeAlias

from analyzer.api.calls import SERVED, ConfigLike, PathLike, place_of, settings_of, workers
from analyzer.base import InputError
from analyzer.claims import (
    ClaimSubject,
    PaperFile,
    Target,
    all_targets,
    claims_files,
    complaints,
    divergences,
    read_paper,
    shipped_papers,
    skeleton,
)
from analyzer.engine import (
    HERE,
    LoadedRules,
    ModelOutcome,
    Packs,
    Progress,
    Settings,
    Task,
    examine_each,
    load_rules,
    opened,
)
from analyzer.engine.assemble import model_report, source_of, tool_version
from analyzer.graph import Status
from analyzer.names import ModelEntry
from analyzer.report import Divergence, PaperReport, Problem, Source, Tool, Verdict, VerdictReport
from analyzer.rule.packs import load_packs
from analyzer.rule.rule import Rule

Papers: TypeAlias = Mapping[str, tuple[PaperFile, frozenset[str]]]
"""Papers by the names of their files, each with the models that are asked for."""


def verify(
    names: Sequence[str] = (),
    path: PathLike | None = None,
    *,
    claims: Iterable[PathLike] = (),
    config: ConfigLike | None = None,
    overrides: Mapping[str, object] | None = None,
    cache: bool = True,
    jobs: int | None = None,
    progress: Progress | None = None,
    isolate: bool | None = None,
    rules: LoadedRules | None = None,
) -> VerdictReport:
    """What the code at ``path`` (the installed transformers when None) does of what papers say, and what they omit.

    Args:
        names: Model types or patterns of them, arXiv numbers, names of claims files; every paper about a model of the
            tree when empty.
        path: A source checkout, package, folder or file of model code.
        claims: Claims files or folders of them, in place of the shipped ones.
        config: A config.json (path or content) that all claims are taken to be about.
        overrides: Values for single (dotted) configuration fields, taken the same way.
        cache: Keep parsed files between runs.
        jobs: Number of processes; one for each core when None, this one when 1.
        progress: Called with (models done, models in all, last class) as the work goes on.
        isolate: Build models and run rules in worker processes; None: unless ``jobs`` is 1. See ``scan``.
        rules: What ``load_rules`` has loaded; the shipped rules and those of installed packs when None.

    Raises:
        InputError: Nothing to analyse, a name that fits no paper, a claims file that is malformed.
    """
    place = place_of(path, cache)
    workspace = opened(place)
    claims, loaded = tuple(claims), rules or load_rules()
    deciders = _deciders(loaded)
    files = _sound(claims, deciders)
    papers = _chosen(files, names)
    entries = {entry.model_type: entry for entry in workspace.catalogue().models if entry.main}
    missing = tuple(_missing(papers, entries)) if names or claims else ()
    given = config is not None or bool(overrides)
    targets = _targets(papers, entries, given)
    tasks = _tasks(targets, entries, settings_of(config, overrides, dtype=SERVED))
    examined = examine_each(place, tuple(tasks.values()), loaded.packs, workers(jobs, isolate), progress)
    outcomes = dict(zip(tasks, examined, strict=True))
    findings = _divergences(papers, _subjects(targets, outcomes, given), deciders, _library(files, bool(claims)))
    return _report(papers, findings, outcomes, missing, source_of(workspace))


def check_claims(paths: Iterable[PathLike] = ()) -> tuple[tuple[str, ...], tuple[InputError, ...]]:
    """The claims files at ``paths`` (the shipped ones when empty), and everything that is wrong with them.

    Raises InputError for a path without a claims file.
    """
    traits = frozenset(_deciders(load_packs()))
    files, errors = claims_files(tuple(paths) or (shipped_papers(),)), list[InputError]()
    names = _names(files)
    for file in files:
        try:
            errors += complaints(read_paper(file), traits, names)
        except InputError as error:
            errors.append(error)
    return tuple(str(file) for file in files), tuple(errors)


def new_claims(
    model: str,
    path: PathLike | None = None,
    *,
    config: ConfigLike | None = None,
    overrides: Mapping[str, object] | None = None,
) -> str:
    """The text of a claims file that states what the code of ``model`` does.

    Raises InputError if there is no such model, or if it cannot be built.
    """
    place = place_of(path)
    entry = opened(place).find(model)
    task = Task(entry, settings_of(config, overrides, dtype=SERVED))
    (outcome,) = examine_each(place, (task,), Packs(), HERE)
    subject = subject_of(Target(entry.model_type), outcome, given=True)
    if subject.failure:
        raise InputError(subject.failure, path=entry.path, code="model-failed")
    return skeleton(subject)


def _sound(claims: Iterable[PathLike], deciders: Mapping[str, Rule]) -> tuple[PaperFile, ...]:
    """The claims files, all of them without fault."""
    paths = claims_files(tuple(claims) or (shipped_papers(),))
    files, names, traits = tuple(map(read_paper, paths)), _names(paths), frozenset(deciders)
    for file in files:
        for complaint in complaints(file, traits, names):
            raise complaint
    return files


def _names(files: Iterable[Path]) -> frozenset[str]:
    """What papers can derive from: those of ``files`` and the shipped ones."""
    return frozenset(file.stem for file in (*files, *claims_files((shipped_papers(),))))


def _chosen(files: Sequence[PaperFile], names: Sequence[str]) -> dict[str, tuple[PaperFile, frozenset[str]]]:
    """Papers by name, each with its models that ``names`` ask for."""
    chosen: dict[str, tuple[PaperFile, frozenset[str]]] = {}
    for file in files:
        models = frozenset(model for model in file.paper.models if not names or _is_named(file, model, names))
        if models:
            chosen[file.name] = (file, models)
    for name in names:
        if not any(_is_named(file, model, (name,)) for file, models in chosen.values() for model in models):
            raise InputError(f"no claims about {name!r}{_near(name, files)}", code="no-claims")
    return chosen


def _is_named(file: PaperFile, model: str, names: Iterable[str]) -> bool:
    paper = file.paper
    return any(name in (file.name, paper.arxiv or None, paper.title) or fnmatchcase(model, name) for name in names)


def _near(name: str, files: Iterable[PaperFile]) -> str:
    known = {word for file in files for word in (file.name, *file.paper.models)}
    near = get_close_matches(name, known, 3, 0.6)
    return f"; did you mean {', '.join(near)}?" if near else f"; `asbuilt claims new {name}` starts a file"


def _targets(papers: Papers, entries: Mapping[str, ModelEntry], given: bool) -> tuple[Target, ...]:
    """Everything to analyse that the tree has, models of one file together; defaults alone under a given configuration.

    Raises InputError if there is nothing.
    """
    targets = dict.fromkeys(
        Target(target.model) if given else target
        for file, models in papers.values()
        for target in all_targets(file.paper)
        if target.model in models and target.model in entries
    )
    if not targets:
        raise InputError("no paper is about a model of this tree; --claims gives papers of your own", code="no-claims")
    return tuple(sorted(targets, key=lambda one: (entries[one.model].path, one.model, one.config, one.known)))


def _tasks(targets: Iterable[Target], entries: Mapping[str, ModelEntry], settings: Settings) -> dict[Target, Task]:
    """What to build, each configuration once, whether a paper gives it or it is the default."""
    return {
        build: Task(entries[build.model], replace(settings, overrides={**build.overrides, **settings.overrides}))
        for build in dict.fromkeys(replace(target, known=False) for target in targets)
    }


def _missing(papers: Papers, entries: Mapping[str, ModelEntry]) -> Iterator[Problem]:
    """The models that papers are about and the tree does not have."""
    for file, models in papers.values():
        for model in sorted(models - entries.keys()):
            message = f"{file.paper.title}: the tree has no model type {model!r}"
            yield Problem(path=file.path, line=0, code="unknown-model", message=message)


def _subjects(
    targets: Iterable[Target], outcomes: Mapping[Target, ModelOutcome], given: bool
) -> dict[Target, ClaimSubject]:
    return {target: subject_of(target, outcomes[replace(target, known=False)], given) for target in targets}


def subject_of(target: Target, outcome: ModelOutcome, given: bool) -> ClaimSubject:
    """What was found out about ``target``; ``given`` says that a user chose the configuration."""
    model = outcome.model
    failed = model.status is Status.FAILED
    why = next((problem.message for problem in outcome.problems), "")
    return ClaimSubject(
        model_type=target.model,
        class_name=model.class_name,
        findings=outcome.findings,
        main=outcome.main,
        fields={field.name: field for field in outcome.fields},
        configured=given or target.known,
        given=given,
        complete=model.status is Status.COMPLETE,
        failure=f"the model could not be built: {why}" if failed else "",
    )


def _library(files: Iterable[PaperFile], own: bool) -> dict[str, PaperFile]:
    """Claims files by name: the shipped ones also where ``own`` ones take their place, which may derive from them."""
    shipped = map(read_paper, claims_files((shipped_papers(),))) if own else ()
    return {file.name: file for file in (*shipped, *files)}


def _divergences(
    papers: Papers,
    subjects: Mapping[Target, ClaimSubject],
    deciders: Mapping[str, Rule],
    library: Mapping[str, PaperFile],
) -> dict[str, tuple[Divergence, ...]]:
    """The verdicts on each paper, by its name."""
    return {
        name: tuple(divergences(file, _finder(subjects, models), deciders, library))
        for name, (file, models) in papers.items()
    }


def _report(
    papers: Papers,
    found: Mapping[str, tuple[Divergence, ...]],
    outcomes: Mapping[Target, ModelOutcome],
    missing: Iterable[Problem],
    source: Source,
) -> VerdictReport:
    findings = tuple(finding for some in found.values() for finding in some)
    reports = [_paper_report(papers[name][0], some) for name, some in found.items() if some]
    problems = {problem: None for outcome in outcomes.values() for problem in outcome.problems}
    return VerdictReport(
        tool=Tool(name="asbuilt", version=tool_version()),
        source=source,
        papers=tuple(reports),
        models=tuple(dict.fromkeys(model_report(outcome.model) for outcome in outcomes.values())),
        findings=findings,
        errors=(*missing, *problems),
        summary=_counts(findings),
    )


def _finder(subjects: Mapping[Target, ClaimSubject], models: frozenset[str]) -> Callable[[Target], ClaimSubject | None]:
    """Subjects of ``models`` alone; under a given configuration the one that there is stands for all targets."""

    def find(target: Target) -> ClaimSubject | None:
        if target.model not in models:
            return None
        return subjects.get(target) or subjects.get(Target(target.model))

    return find


def _paper_report(file: PaperFile, findings: Sequence[Divergence]) -> PaperReport:
    return PaperReport(
        name=file.name,
        title=file.paper.title,
        reference=file.paper.reference,
        year=file.paper.year,
        path=file.path,
        models=tuple(dict.fromkeys(finding.model_type for finding in findings)),
        verdicts=_counts(findings),
    )


def _counts(findings: Iterable[Divergence]) -> dict[str, int]:
    found = Counter(finding.verdict for finding in findings)
    return {verdict.value: found[verdict] for verdict in Verdict}


def _deciders(rules: Iterable[Rule]) -> dict[str, Rule]:
    """The rule that decides each trait."""
    return {trait: rule for rule in rules for trait in rule.traits}
