"""Papers against code: claims files, verdicts on what they state, facts that they leave out."""

from analyzer.claims.check import complaints
from analyzer.claims.compare import divergences
from analyzer.claims.judge import Judgement, judge
from analyzer.claims.paper import Checkpoint, Claim, Paper, Silence
from analyzer.claims.read import PaperFile, claims_files, read_paper, shipped_papers
from analyzer.claims.skeleton import skeleton
from analyzer.claims.subject import ClaimSubject
from analyzer.claims.targets import Target, all_targets
from analyzer.rule.impact import TRAIT_IMPACTS, Impact, TraitImpact

__all__ = [
    "TRAIT_IMPACTS",
    "Checkpoint",
    "Claim",
    "ClaimSubject",
    "Impact",
    "Judgement",
    "Paper",
    "PaperFile",
    "Silence",
    "Target",
    "TraitImpact",
    "all_targets",
    "claims_files",
    "complaints",
    "divergences",
    "judge",
    "read_paper",
    "shipped_papers",
    "skeleton",
]
