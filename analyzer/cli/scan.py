"""``asbuilt scan``: rules over a whole tree."""

from __future__ import annotations

from pathlib import Path

import click

from analyzer.api import Report, load_packs, scan
from analyzer.base import readable
from analyzer.cli import options
from analyzer.cli.codes import COULD_NOT, FOUND
from analyzer.cli.command import command
from analyzer.cli.failure import is_verbose
from analyzer.cli.terminal import emit, emit_document, emit_text, progress_bar
from analyzer.cli.unfinished import tell_unfinished, unfinished
from analyzer.engine.baseline import baseline_of, written
from analyzer.outputs.sarif import result, sarif
from analyzer.outputs.summary import summary, tracebacks
from analyzer.outputs.table import table
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
  asbuilt scan --format sarif -o asbuilt.sarif      for code hosts and editors (SARIF 2.1.0)
  asbuilt scan --model llama --set num_key_value_heads=8
"""


@command("scan", short_help="Report the architecture of all models in a tree.", epilog=_EXAMPLES)
@click.argument("path", required=False, type=click.Path(path_type=Path))
@options.formats(("text", "json", "sarif", "table"), "text")
@options.output
@click.option("--model", "models", multiple=True, metavar="NAME", help="Model type, class or pattern. Repeatable.")
@options.all_classes
@options.choice
@options.configuration
@options.jobs
@options.no_cache
@click.option("--preview", is_flag=True, help="Run rules in preview too.")
@click.option(
    "--fail-on",
    type=click.Choice([*_LEVELS, "never"]),
    default="never",
    show_default=True,
    help="Exit with 1 if a hazard, or a fact that its rule holds against a model, is at least as severe.",
)
@click.option("--baseline", type=_FILE, metavar="FILE", help="Findings in FILE are known and do not count.")
@click.option("--write-baseline", "write", type=_FILE, metavar="FILE", help="Write what counts now to FILE.")
@options.verbose
@click.pass_context
def scan_command(
    ctx: click.Context,
    path: Path | None,
    form: str,
    output: Path | None,
    models: tuple[str, ...],
    all_classes: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    rules: tuple[Path, ...],
    config: Path | None,
    overrides: tuple[tuple[str, object], ...],
    jobs: int | None,
    no_cache: bool,
    preview: bool,
    fail_on: str,
    baseline: Path | None,
    write: Path | None,
) -> None:
    """Read all model code at PATH and report its architecture.

    PATH is a transformers checkout, an installed package, a model's folder, a file, or any folder of model code; by
    default the transformers that is installed here. Nothing that is read is imported or run.

    A finding does not count where the code says so (`# asbuilt: ignore[ID] why` on a line of its evidence,
    `# asbuilt: ignore-file[ID] why` anywhere in the file), or if a baseline knows it.

    Each file's models are built by a worker process: what makes it crash, hang or fill the memory costs one model.

    Exit code 0: done; 1: a finding at or above --fail-on; 2: could not be done, or, with --fail-on, a rule or a model's
    worker came to no end, so that nobody can tell.
    """
    with progress_bar("scanning") as progress:
        report = scan(
            path,
            models=models or None,
            select=options.separated(select),
            ignore=options.separated(ignore),
            rules=rules,
            config=config,
            overrides=dict(overrides),
            all_classes=all_classes,
            cache=not no_cache,
            jobs=jobs,
            progress=progress,
            baseline=baseline,
            preview=preview,
            isolate=True,
        )
    _write_baseline(report, write)
    _render(report, form, output, rules, is_verbose(ctx))
    ctx.exit(exit_code(report, fail_on))


def exit_code(report: Report, fail_on: str) -> int:
    """2 when no model could be built, 1 when a finding that counts is at least as severe as ``fail_on``; where there is
    none, and a rule or a model came to no end, 2 if findings are to fail the run; else 0."""
    if not any(model.status != "failed" for model in report.models):
        return COULD_NOT
    if fail_on not in _LEVELS:
        return 0
    threshold = _LEVELS[_LEVELS.index(fail_on) :]
    if any(finding.severity in threshold and counts(finding) for finding in report.findings):
        return FOUND
    return COULD_NOT if unfinished(report.errors) else 0


def _write_baseline(report: Report, file: Path | None) -> None:
    if file is not None:
        emit_text(written(baseline_of(report.findings)), file)


def _render(report: Report, form: str, output: Path | None, rules: tuple[Path, ...], verbose: bool) -> None:
    match form:
        case "sarif":
            emit_document(_sarif(report, rules), output)
        case "json":
            emit_document(report.to_json(indent=1), output)
        case "table":
            emit(table(report), output)
        case _:
            emit(summary(report, verbose=verbose), output)
    tell_unfinished(report.errors)
    if verbose:
        for line in tracebacks(report):
            click.echo(readable(line), err=True)


def _sarif(report: Report, rules: tuple[Path, ...]) -> bytes:
    results = [result(finding) for finding in report.findings]
    built = exit_code(report, "never") == 0
    return sarif(report.tool, report.source, load_packs(rules), results, report.errors, successful=built)
