"""What is wrong with a claims file beyond its form: unknown words, missing places, contradictions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from msgspec import UNSET, UnsetType

from analyzer.base import InputError
from analyzer.claims.agreement import canonical, is_rounded
from analyzer.claims.expressions import parse
from analyzer.claims.paper import Claim, ClaimValue, Paper, Silence
from analyzer.claims.read import CODE, PaperFile
from analyzer.report import Json
from analyzer.rule.vocabulary import Trait, find_trait, vocabulary


def complaints(
    file: PaperFile, traits: Collection[str] = (), papers: Collection[str] | None = None
) -> Iterator[InputError]:
    """Everything that is wrong with ``file``, each with its line.

    ``traits`` are known besides the vocabulary; ``papers`` are the names of all claims files, None if
    these are unknown.
    """
    for message in (*_head(file.paper), *_parents(file, papers)):
        yield InputError(message, path=file.path, line=1, code=CODE)
    statements: tuple[Claim | Silence, ...] = (*file.paper.claims, *file.paper.unstated)
    for statement in statements:
        line = file.line_of(statement)
        for message in _statement(statement, file.paper, traits):
            yield InputError(message, path=file.path, line=line, code=CODE)
    yield from _conflicts(file)


def _head(paper: Paper) -> Iterator[str]:
    if not paper.title.strip():
        yield "title is empty"
    if not paper.models:
        yield "models is empty: name the model types that the paper is about"
    if not paper.claims and not paper.unstated:
        yield "has neither claims nor unstated"
    for name, checkpoint in paper.checkpoints.items():
        if checkpoint.model is not None and checkpoint.model not in paper.models:
            yield f"checkpoint {name!r} is of model {checkpoint.model!r}, which models does not list"


def _parents(file: PaperFile, papers: Collection[str] | None) -> Iterator[str]:
    for name in file.paper.derives_from:
        if name == file.name:
            yield f"derives_from names this paper itself: {name}"
        elif papers is not None and name not in papers:
            near = get_close_matches(name, papers, 3, 0.5)
            yield f"derives_from: no claims file {name}.toml" + (f"; did you mean {', '.join(near)}?" if near else "")


def _statement(statement: Claim | Silence, paper: Paper, traits: Collection[str]) -> Iterator[str]:
    known = find_trait(statement.trait)
    if known is None and statement.trait not in traits:
        yield f"no trait {statement.trait!r}{_near(statement.trait, (*_names(), *traits))}"
    if statement.model is not None and statement.model not in paper.models:
        yield f"model {statement.model!r} is not one of models: {', '.join(paper.models)}"
    if isinstance(statement, Claim):
        yield from _claim(statement, paper, known)


def _claim(claim: Claim, paper: Paper, known: Trait | None) -> Iterator[str]:
    given = [value for value in (claim.value, claim.excluded) if not isinstance(value, UnsetType)]
    if len(given) != 1:
        yield "a claim has either value or not; what the paper leaves out goes to unstated"
    if not claim.where.strip():
        yield "where is empty: give the section, table or equation"
    if claim.checkpoint is not None and claim.checkpoint not in paper.checkpoints:
        names = ", ".join(paper.checkpoints) or "none yet"
        yield f"no [checkpoints.{claim.checkpoint}] in this file; there is {names}"
    for value in given:
        if known is not None and (wanted := _unfit(value, known)):
            yield f"{claim.trait} is {wanted}, not {value!r}"


def _unfit(value: ClaimValue, trait: Trait) -> str:
    """What a value of ``trait`` has to be, empty if ``value`` is that."""
    kinds = frozenset(trait.type.split("|"))
    if kinds & {"fact", "list"} or any(_fits(item, trait, kinds) for item in _items(value)):
        return ""
    words = f" ({', '.join(trait.values)})" if trait.values else ""
    return trait.type.replace("|", " or ") + words


def _items(value: ClaimValue) -> tuple[Json, ...]:
    """What has to fit: the value itself, or the members of a list if all of them can."""
    return tuple(value) if isinstance(value, list) else (value,)


def _fits(value: Json, trait: Trait, kinds: frozenset[str]) -> bool:
    match canonical(value):
        case bool():
            return "bool" in kinds
        case int() | float():
            return "number" in kinds
        case str() as word if word in trait.values or (trait.open and word.isidentifier()):
            return True
        case str() as word:
            letters = "bool" in kinds and all(len(part) == 1 for part in word.split(","))
            return letters or (bool(kinds & {"number", "expression"}) and _is_number(word))
        case _:
            return False


def _is_number(word: str) -> bool:
    return is_rounded(word) or parse(word) is not None


def _conflicts(file: PaperFile) -> Iterator[InputError]:
    """Two claims about the same that cannot both be true."""
    seen: dict[tuple[str | None, ...], Claim] = {}
    for claim in file.paper.claims:
        key = (claim.trait, claim.model, claim.checkpoint, claim.module)
        other = seen.setdefault(key, claim)
        if claim.value is not UNSET and other.value is not UNSET and claim.value != other.value:
            message = f"{claim.trait} has another value on line {file.line_of(other)}"
            yield InputError(message, path=file.path, line=file.line_of(claim), code=CODE)


def _names() -> tuple[str, ...]:
    return tuple(trait.name for trait in vocabulary())


def _near(name: str, names: Collection[str]) -> str:
    near = get_close_matches(name, names, 3, 0.5)
    return f"; did you mean {', '.join(near)}?" if near else "; `asbuilt traits` lists them"
