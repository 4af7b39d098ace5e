"""Code outside a framework's folder does not name the framework: adding one means adding a folder."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from inspect import signature
from pathlib import Path

import pytest

import analyzer
from analyzer.frameworks import FRAMEWORKS, RULES

ROOT = Path(analyzer.__file__).parent
FILES = sorted(path for path in ROOT.rglob("*.py") if "prelude" not in path.parts)


def _words(*names: str) -> str:
    """The pattern of names as words of identifiers and texts, in small letters, capitals and ``CamelCase``."""
    small, capital = "|".join(names), "|".join(name.capitalize() for name in names)
    return rf"(?<![a-z])(?:{small})(?![a-z])|(?:{capital})(?![a-z])|(?<![A-Z])(?:{small.upper()})(?![A-Z])"


TORCH = re.compile(rf"{_words('torch', 'pytorch')}|PyTorch|\bnn\.|\bTensor\.")
TRANSFORMERS = re.compile(rf"{_words('transformers')}|\b(?:modeling|configuration|modular)_|Pre[Tt]rained")
OTHERS = re.compile(rf"{_words('tensorflow', 'keras', 'flax', 'jax', 'mlx')}|TensorFlow")
EVERYWHERE = (TORCH, TRANSFORMERS, OTHERS)
OWN = {"frameworks/torch/": (TRANSFORMERS, OTHERS), "frameworks/transformers/": ()}
"""What the folders must not name: transformers stands on torch, and says which files are for other frameworks."""

PROSE = {
    "base/gaps.py": "help for gaps says what PyTorch would do",
    "cli/": "help with examples",
    "rule/example_programs.py": "examples of rules are programs in PyTorch",
    "rule/fact_programs.py": "facts are shown in programs in PyTorch",
    "rule/scaffold.py": "the rule that a user starts from has an example model",
}
"""Texts of several words that people read."""
EXCEPTIONS = {
    ("rule/example_programs.py", "(nn.Module):\n"): "a part of the text of an example",
    ("claims/agreement.py", "gelu_pytorch_tanh"): "a name of an activation that configurations of any framework have",
    ("frameworks/__init__.py", "TORCH"): "the one place that lists the frameworks",
    ("frameworks/__init__.py", "TRANSFORMERS"): "the one place that lists the frameworks",
    ("frameworks/__init__.py", "analyzer.frameworks.torch.description"): "the one place that lists the frameworks",
    ("frameworks/__init__.py", "analyzer.frameworks.transformers.description"): "the same",
}


def _words_of_descriptions() -> frozenset[str]:
    """What the descriptions of the frameworks call theirs: hooks, attributes, inputs, spellings of operations.

    Names of one plain word are left out (``to``, ``config``, ``shape``), and the words that all frameworks share here:
    canonical operations and their parameters.
    """
    found: set[str] = set()
    for one in FRAMEWORKS:
        kept, said, inputs = one.reserved, one.declarations, one.inputs
        found |= kept.methods | kept.attributes | kept.parameters | kept.registering | kept.reading_decorators
        found |= kept.paths | {said.initialise, said.tied, said.aliases, said.main_input, *said.float32}
        found |= set() if inputs is None else {*inputs.forms, *inputs.main, *inputs.optional, inputs.caching}
    found |= {target.rpartition(".")[2] for target in RULES}
    rules = {rule.function: rule for rule in RULES.values()}.values()
    common = {rule.name for rule in RULES.values()} | {
        name for rule in rules for name in signature(rule.function).parameters
    }
    return frozenset(word for word in found - common if "_" in word and not word.startswith("__"))


WORDS = _words_of_descriptions()
COMMON_WORDS = {
    ("compare/canonical/context.py", "pin_memory"): "an argument that changes no numbers",
    ("library/operations/binding.py", "pin_memory"): "an argument that changes no numbers",
    ("facts/calls/position_counting.py", "cumsum_"): "how code may spell it: where no code does, no call is tried",
    ("facts/feed_forward/router.py", "sqrt_"): "a part of a value",
    ("interpret/inputs/documented.py", "seq_len"): "a word of documentation",
    ("interpret/inputs/documented.py", "in_channels"): "a word of documentation",
    ("rule/example_programs.py", "input_ids"): "the input of examples",
}


def test_names_of_descriptions_are_distinctive() -> None:
    assert {"register_buffer", "attribute_map", "input_ids", "from_numpy", "_init_weights", "use_cache"} <= WORDS
    assert not {"forward", "softmax", "layer_norm", "padding_idx", "__add__"} & WORDS


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_words_of_a_framework_stand_in_its_description(path: Path) -> None:
    place = path.relative_to(ROOT).as_posix()
    texts = set() if place.startswith(tuple(OWN)) else set(_literals(ast.parse(path.read_text(encoding="utf-8"))))
    assert {text for text in texts & WORDS if (place, text) not in COMMON_WORDS} == set()


@pytest.mark.parametrize(("place", "text"), COMMON_WORDS)
def test_common_word_is_needed(place: str, text: str) -> None:
    assert text in WORDS and text in set(_literals(ast.parse((ROOT / place).read_text(encoding="utf-8"))))


def _literals(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_framework_is_named(path: Path) -> None:
    place = path.relative_to(ROOT).as_posix()
    found = {text for text in named(path, place) if (place, text) not in EXCEPTIONS}
    assert not found


@pytest.mark.parametrize(("place", "text"), EXCEPTIONS)
def test_exception_is_needed(place: str, text: str) -> None:
    assert text in set(named(ROOT / place, place))


def test_names_are_noticed() -> None:
    text = 'from torch import x\n"""Of torch."""\nclass FlaxNet: """keras"""\ny = f"{x}.nn.Module"\ntorch_type = "a"\n'
    assert set(_suspects(ast.parse(text), _forbidden("facts/x.py"))) == {"torch", "FlaxNet", ".nn.Module", "torch_type"}


def named(path: Path, place: str) -> Iterator[str]:
    """Identifiers and texts in the code of a file that name a framework which it must not know."""
    is_prose = any(place.startswith(one) for one in PROSE)
    for text in _suspects(ast.parse(path.read_text(encoding="utf-8")), _forbidden(place)):
        if not (is_prose and " " in text):
            yield text


def _forbidden(place: str) -> tuple[re.Pattern[str], ...]:
    return next((patterns for folder, patterns in OWN.items() if place.startswith(folder)), EVERYWHERE)


def _suspects(tree: ast.Module, forbidden: tuple[re.Pattern[str], ...]) -> Iterator[str]:
    documentation = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if id(node) not in documentation:
            yield from (text for text in _texts(node) if any(pattern.search(text) for pattern in forbidden))


def _texts(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Constant(value=str() as text):
            yield text
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.keyword(arg=str() as name):
            yield name
        case ast.ImportFrom(module=str() as name):
            yield name
        case ast.alias(name=name, asname=other):
            yield name
            yield other or ""
