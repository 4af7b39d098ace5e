"""``asbuilt scan``: rules over a whole tree."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from analyzer.api import LEVELS, ProjectSettings, Report, baseline_text, load_rules, read_project, scan
from analyzer.base import readable
from analyzer.cli import options as option
from analyzer.cli.codes import COULD_NOT, FOUND, UNREAD
from analyzer.cli.command import command
from analyzer.cli.links import with_links
from analyzer.cli.options import Options
from analyzer.cli.project import completed
from analyzer.cli.terminal import emit_text, progress_bar, write
from analyzer.cli.unfinished import tell_settings, tell_unfinished, tell_unread, unfinished, unread
from analyzer.outputs import FINDINGS, ScanResult, asking, left_out, tracebacks
from analyzer.report import counts

_LEVELS = LEVELS[:-1]
_FILE = click.Path(dir_okay=False, path_type=Path)
_EXAMPLES = """\b
Examples:
  asbuilt scan                                      the installed transformers, a summary
  asbuilt scan ~/transformers --format json -o findings.json
  asbuilt scan modeling_mine.py                     one file, one folder, one Hub repository
  asbuilt scan modeling_a.py modeling_b.py          several, as pre-commit passes them
  asbuilt scan --model 'llama,qwen*' --select norm,rope --format table
  asbuilt scan --rules my_rules/ --fail-on warning  with rules of your own, for CI
  asbuilt scan --write-baseline known.json          what counts today; later --baseline known.json --fail-on warning
  asbuilt scan --format csv -o findings.csv         one finding a row, for spreadsheets
  asbuilt scan --format sarif -o asbuilt.sarif      hazards for code hosts and editors (SARIF 2.1.0)
  asbuilt scan src/ --format github                 as annotations of a GitHub workflow; also gitlab, junit
  asbuilt scan --model llama --set num_key_value_heads=8
"""


@command("scan", short_help="Report the architecture of all models in a tree.", epilog=_EXAMPLES)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option(
    "--model", "models", multiple=True, metavar="NAME", help="Model types, classes or patterns (a,b). Repeatable."
)
@option.shared(
    *(option.output, option.all_classes, option.choice, option.configuration, option.jobs, option.no_cache),
    option.all_findings,
    *option.project,
    formats=FINDINGS,
)
@click.option("--preview", is_flag=True, help="Run rules in preview too.")
@click.option(
    "--fail-on",
    type=click.Choice(LEVELS),
    help="Exit with 1 if a hazard, or a fact that its rule holds against a model, is as severe. Default: never.",
)
@click.option("--baseline", type=_FILE, metavar="FILE", help="Findings in FILE are known and do not count.")
@click.option("--write-baseline", "new_baseline", type=_FILE, metavar="FILE", help="Write what counts now to FILE.")
def scan_command(
    options: Options,
    paths: tuple[Path, ...],
    models: tuple[str, ...],
    preview: bool,
    fail_on: str | None,
    baseline: Path | None,
    new_baseline: Path | None,
) -> int:
    """Read all model code at PATH and report its architecture.

    PATH is a transformers checkout, an installed package, a model's folder, a file, or any folder of model code; by
    default the transformers that is installed here. Several give one report; files without a model are no error.
    Nothing that is read is imported or run.

    A finding does not count if a comment suppresses it (`# asbuilt: ignore[ID] why` on a line of its evidence,
    `# asbuilt: ignore-file[ID] why` anywhere in the file), or if the baseline lists it.

    Inside of a project, [tool.asbuilt] of its pyproject.toml has defaults: rules, select, ignore, fail-on, baseline and
    per-path-ignores.

    Worker processes build the models of one file at a time. A crash, a hang or a full memory costs one model.

    Exit codes: 0 success; 1 a finding at or above --fail-on; 2 the scan failed. With --fail-on and no such finding also
    2 if a rule or a worker did not finish, and 3 if a file could not be read: the result is incomplete then.
    """
    project = ProjectSettings()
    if not options.isolated:
        project = read_project(Path.cwd(), trusted=options.project_rules)
    options, fail_on = completed(options, project), fail_on or project.fail_on or "never"
    if project.file is not None:
        click.echo(f"settings: {readable(str(project.file))}", err=True)
    result = _scanned(options, paths, models, preview, replace(project, baseline=baseline or project.baseline))
    if new_baseline is not None:
        emit_text(baseline_text(result.report.findings), new_baseline)
    page = FINDINGS.render(result, options.format, options.display)
    write(with_links(page, result.report.source.root), options.output)
    if not result.report.models and not result.report.errors:
        click.echo("no model code found", err=True)
    _tell_errors(result.report, options, fail_on)
    return exit_code(result.report, fail_on)


def _scanned(
    options: Options, paths: tuple[Path, ...], models: tuple[str, ...], preview: bool, project: ProjectSettings
) -> ScanResult:
    with progress_bar("scanning") as progress:
        rules = load_rules(options.rules, isolate=True)
        report = scan(
            paths if len(paths) > 1 else next(iter(paths), None),
            models=option.separated(models),
            select=options.selected,
            ignore=options.ignored,
            rules=rules,
            config=options.config,
            overrides=dict(options.overrides),
            all_classes=options.all_classes,
            cache=options.cache,
            jobs=options.jobs,
            progress=progress,
            baseline=project.baseline,
            path_ignores=project.path_ignores,
            preview=preview,
            isolate=True,
        )
    return ScanResult(report, rules, successful=exit_code(report, "never") == 0)


def exit_code(report: Report, fail_on: str) -> int:
    """The exit code of a scan.

    Where findings fail the run: 1 if one that counts is at least as severe as ``fail_on``, else 2 if a rule or a worker
    did not finish, else 3 if a file could not be read. Then 2 if no model was built, else 0.
    """
    if fail_on in _LEVELS:
        threshold = _LEVELS[_LEVELS.index(fail_on) :]
        if any(finding.severity in threshold and counts(finding) for finding in report.findings):
            return FOUND
        if unfinished(report.errors):
            return COULD_NOT
        if unread(report.errors, report.models):
            return UNREAD
    nothing_there = not report.models and not report.errors
    return 0 if nothing_there or any(model.status != "failed" for model in report.models) else COULD_NOT


def _tell_errors(report: Report, options: Options, fail_on: str) -> None:
    """Report on standard error what did not finish, what was not read if that matters, and tracebacks if wanted."""
    tell_unfinished(report.errors)
    tell_settings(report.errors)
    if options.format == "sarif" and (left := left_out(len(asking(report.findings, options.display)))):
        click.echo(f"{left}; --select and --ignore choose rules", err=True)
    if fail_on in _LEVELS:
        tell_unread(report.errors, report.models)
    for line in tracebacks(report) if options.verbose else ():
        click.echo(readable(line), err=True)
