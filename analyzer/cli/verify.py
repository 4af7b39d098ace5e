"""``asbuilt verify``: what papers say against what the code does."""

from __future__ import annotations

from pathlib import Path

import click

from analyzer.api import Verdict, VerdictReport, load_rules, verify
from analyzer.cli import options as option
from analyzer.cli.codes import COULD_NOT, FOUND, UNREAD
from analyzer.cli.command import command
from analyzer.cli.links import with_links
from analyzer.cli.models import in_one_tree
from analyzer.cli.options import Options
from analyzer.cli.terminal import progress_bar, write
from analyzer.cli.unfinished import tell_unfinished, tell_unread, unfinished, unread
from analyzer.outputs import VERIFICATION, VerificationResult

_EXAMPLES = """\b
Examples:
  asbuilt verify                                    every paper about a model of the installed transformers
  asbuilt verify gemma2 'qwen3*'                    papers about these models
  asbuilt verify 1706.03762 -v                      one paper, with what is confirmed
  asbuilt verify gemma2 --format markdown           what the paper does not tell you about gemma2
  asbuilt verify modeling_mine.py --claims my_paper.toml --fail-on contradicted
  asbuilt verify llama --config Llama-3.1-8B/config.json

\b
Verdicts:
  confirmed      the code does what the paper says
  equivalent     it does the same, said in other words; the line says why
  contradicted   it does something else
  configurable   it does something else under the configuration that was analysed, and a configuration field decides
  undecidable    asbuilt cannot decide it; the line says why
  unstated       the paper says nothing about this fact; the costliest to guess wrong come first
"""


@command("verify", short_help="Compare what papers say with what the code does.", epilog=_EXAMPLES)
@click.argument("names", nargs=-1, metavar="[MODEL|PAPER]...")
@click.option(
    "--claims",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE|DIR",
    help="Claims files of your own in place of the shipped ones. Repeatable.",
)
@click.option(
    "--fail-on",
    multiple=True,
    type=click.Choice([verdict.value for verdict in Verdict]),
    help="Exit with 1 if there is such a verdict. Repeatable.",
)
@option.shared(
    *(option.tree, option.configuration, option.output, option.jobs, option.no_cache),
    option.all_findings,
    formats=VERIFICATION,
)
def verify_command(options: Options, names: tuple[str, ...], claims: tuple[Path, ...], fail_on: tuple[str, ...]) -> int:
    """Compare what papers say with what the code does, and list what they leave out.

    MODEL is a model type or a pattern (MODEL@PATH names the tree, too, and PATH means all models of a file or folder),
    PAPER an arXiv number or the name of a claims file. Each line has the place in the paper and the lines of the code.
    Claims about a checkpoint are compared under that checkpoint's configuration where the claims file gives it;
    --config and --set take its place.

    Exit codes: 0 success; 1 a verdict that --fail-on names; 2 the command failed. With --fail-on and no such verdict
    also 2 if a rule or a worker did not finish, and 3 if a file could not be read: the result is incomplete then.
    """
    chosen, tree = in_one_tree(names, options.tree)
    with progress_bar("verifying") as progress:
        rules = load_rules()
        report = verify(
            chosen,
            tree,
            claims=claims,
            config=options.config,
            overrides=dict(options.overrides),
            cache=options.cache,
            jobs=options.jobs,
            progress=progress,
            isolate=True,
            rules=rules,
        )
    page = VERIFICATION.render(VerificationResult(report, rules), options.format, options.display)
    write(with_links(page, report.source.root), options.output)
    tell_unfinished(report.errors)
    if fail_on:
        tell_unread(report.errors, report.models)
    return exit_code(report, fail_on)


def exit_code(report: VerdictReport, fail_on: tuple[str, ...]) -> int:
    """The exit code of a verification.

    2 if no model was built; 1 if a verdict is among ``fail_on``. Where verdicts fail the run and there is none of them:
    2 if a rule or a worker did not finish, 3 if a file could not be read. Else 0.
    """
    if not any(model.status != "failed" for model in report.models):
        return COULD_NOT
    if any(finding.verdict in fail_on for finding in report.findings):
        return FOUND
    if fail_on and unfinished(report.errors):
        return COULD_NOT
    return UNREAD if fail_on and unread(report.errors, report.models) else 0
