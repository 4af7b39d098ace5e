"""``asbuilt scan``: rules over a whole tree."""

from __future__ import annotations

from pathlib import Path

import click

from analyzer.api import Report, baseline_text, load_rules, scan
from analyzer.base import readable
from analyzer.cli import options as option
from analyzer.cli.codes import COULD_NOT, FOUND
from analyzer.cli.command import command
from analyzer.cli.options import Options
from analyzer.cli.terminal import emit_text, progress_bar, write
from analyzer.cli.unfinished import tell_unfinished, unfinished
from analyzer.outputs import FINDINGS, ScanResult, tracebacks
from analyzer.report import counts

_LEVELS = ("info", "warning", "error")
_FILE = click.Path(dir_okay=False, path_type=Path)
_EXAMPLES = """\b
Examples:
  asbuilt scan                                      the installed transformers, a summary
  asbuilt scan ~/transformers --format json -o findings.json
  asbuilt scan modeling_mine.py                     one file, one folder, one Hub repository
  asbuilt scan --model llama --model 'qwen*' --select norm,rope --format table
  asbuilt scan --rules my_rules/ --fail-on warning  with rules of your own, for CI
  asbuilt scan --write-baseline known.json          what counts today; later --baseline known.json --fail-on warning
  asbuilt scan --format csv -o findings.csv         one finding a row, for spreadsheets
  asbuilt scan --format sarif -o asbuilt.sarif      for code hosts and editors (SARIF 2.1.0)
  asbuilt scan --model llama --set num_key_value_heads=8
"""


@command("scan", short_help="Report the architecture of all models in a tree.", epilog=_EXAMPLES)
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--model", "models", multiple=True, metavar="NAME", help="Model type, class or pattern. Repeatable.")
@option.shared(
    *(option.output, option.all_classes, option.choice, option.configuration, option.jobs, option.no_cache),
    formats=FINDINGS,
)
@click.option("--preview", is_flag=True, help="Run rules in preview too.")
@click.option(
    "--fail-on",
    type=click.Choice([*_LEVELS, "never"]),
    default="never",
    show_default=True,
    help="Exit with 1 if a hazard, or a fact that its rule holds against a model, is at least as severe.",
)
@click.option("--baseline", type=_FILE, metavar="FILE", help="Findings in FILE are known and do not count.")
@click.option("--write-baseline", "new_baseline", type=_FILE, metavar="FILE", help="Write what counts now to FILE.")
def scan_command(
    options: Options,
    path: Path | None,
    models: tuple[str, ...],
    preview: bool,
    fail_on: str,
    baseline: Path | None,
    new_baseline: Path | None,
) -> int:
    """Read all model code at PATH and report its architecture.

    PATH is a transformers checkout, an installed package, a model's folder, a file, or any folder of model code; by
    default the transformers that is installed here. Nothing that is read is imported or run.

    A finding does not count if a comment suppresses it (`# asbuilt: ignore[ID] why` on a line of its evidence,
    `# asbuilt: ignore-file[ID] why` anywhere in the file), or if the baseline lists it.

    Worker processes build the models of one file at a time. A crash, a hang or a full memory costs one model.

    Exit codes: 0 success; 1 a finding at or above --fail-on; 2 the scan failed, or --fail-on is given and a rule or a
    worker did not finish, so that the result is incomplete.
    """
    result = _scanned(options, path, models, preview, baseline)
    if new_baseline is not None:
        emit_text(baseline_text(result.report.findings), new_baseline)
    write(FINDINGS.render(result, options.format, options.display), options.output)
    _tell_errors(result.report, options)
    return exit_code(result.report, fail_on)


def _scanned(
    options: Options, path: Path | None, models: tuple[str, ...], preview: bool, baseline: Path | None
) -> ScanResult:
    with progress_bar("scanning") as progress:
        rules = load_rules(options.rules, isolate=True)
        report = scan(
            path,
            models=models or None,
            select=options.selected,
            ignore=options.ignored,
            rules=rules,
            config=options.config,
            overrides=dict(options.overrides),
            all_classes=options.all_classes,
            cache=options.cache,
            jobs=options.jobs,
            progress=progress,
            baseline=baseline,
            preview=preview,
            isolate=True,
        )
    return ScanResult(report, rules, successful=exit_code(report, "never") == 0)


def exit_code(report: Report, fail_on: str) -> int:
    """The exit code of a scan.

    2 if no model was built; 1 if a finding that counts is at least as severe as ``fail_on``; 2 if findings are to fail
    the run and a rule or a worker did not finish; else 0.
    """
    if not any(model.status != "failed" for model in report.models):
        return COULD_NOT
    if fail_on not in _LEVELS:
        return 0
    threshold = _LEVELS[_LEVELS.index(fail_on) :]
    if any(finding.severity in threshold and counts(finding) for finding in report.findings):
        return FOUND
    return COULD_NOT if unfinished(report.errors) else 0


def _tell_errors(report: Report, options: Options) -> None:
    """Report on standard error what did not finish, with tracebacks under ``--verbose``."""
    tell_unfinished(report.errors)
    for line in tracebacks(report) if options.verbose else ():
        click.echo(readable(line), err=True)
