"""Values for a field of a configuration that has none: from other configurations, the documentation, its type."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from analyzer.interpret.config import configuration
from analyzer.sources import syntax
from analyzer.values import MISSING, ClassValue, Instance, Value, plain

COUNT = 4
_WORDS = re.compile(r"""\[((?:["']\w+["'],?\s*)+)(\.\.\.)?\]""")
_DEFAULTS_TO = re.compile(r"defaults to `{0,2}([^`)]+?)`{0,2}\)")


def values(configs: Iterable[Instance], config: Instance, name: str) -> Iterator[tuple[Value, str]]:
    """Values that the program itself suggests for the field ``name`` of ``config``, the likeliest first.

    Each comes with where it is from: another configuration of the model, the documentation, an example in it, or a
    field that decides it (``head_dim`` is ``hidden_size // num_attention_heads``).
    """
    for other in configs:
        value = plain(other.attributes.get(name))
        if other is not config and not isinstance(value, Instance):
            yield value, f"as in {other.cls.name}"
    yield _documented(config.cls, name), "as its documentation says"
    if re.search("list|tuple", _annotation(config.cls, name) or next(_entries(config.cls, name), ""), re.IGNORECASE):
        yield _example(config, name), "after the example in its documentation"
    heads, width = _number(config, "num_attention_heads"), _number(config, "hidden_size")
    if heads and name.endswith("_heads"):
        yield heads, "one for each attention head"
    if heads and width and name == "head_dim":
        yield width // heads, "hidden_size // num_attention_heads"
    if name == "layer_types":
        yield ["full_attention"] * _number(config, "num_hidden_layers"), "the same for every layer"
    for said in dict.fromkeys((name, name.rpartition("_")[2])):
        declared = config.cls.find(f"default_{said}")
        yield None if declared is MISSING else plain(declared), "as the class declares"
    for cls in _neighbours(config.cls):
        yield plain(configuration.definition(cls, name)[1]), f"as {cls.name} declares"
    if name.endswith("_id"):
        yield 0, "the first one"
    annotation = _annotation(config.cls, name)
    least = _of_type(annotation or next(_entries(config.cls, name), ""))
    # What is only documented to be a mapping would need keys that nothing tells.
    yield None if least == {} and not annotation else least, "the least that its type allows"


def _neighbours(cls: ClassValue) -> Iterator[ClassValue]:
    """The other configurations of the same file."""
    namespace = {} if cls.module is None else cls.module.namespace
    yield from (value for value in namespace.values() if isinstance(value, ClassValue) and value.module is cls.module)


def _number(config: Instance, name: str) -> int:
    value = plain(config.attributes.get(name))
    return value if type(value) is int else 0


def _of_type(annotation: str) -> Value:
    if re.search(r"\b(list|List|tuple|Tuple)\b", annotation):
        return []
    for word in re.findall(r"\w+", annotation):
        if word in _LEAST:
            return _LEAST[word]
    return None


_LEAST: Mapping[str, Value] = {"int": COUNT, "bool": False, "float": 1.0, "dict": {}, "Dict": {}}


def _annotation(cls: ClassValue, name: str) -> str:
    for ancestor in cls.mro:
        if name in ancestor.annotations and ancestor.module is not None and ancestor.module.file is not None:
            node = ancestor.annotations[name]
            return str(ancestor.module.file.text[node.at : node.end])
    return ""


def _documented(cls: ClassValue, name: str) -> Value:
    """The default that the class's documentation states."""
    for entry in _entries(cls, name):
        stated = _DEFAULTS_TO.search(entry)
        if stated is not None:
            return _literal(stated.group(1))
    return None


def _entries(cls: ClassValue, name: str) -> Iterator[str]:
    """What the class's documentation says of a field's type and default: ``(`int`, *optional*, defaults to 3)``."""
    for ancestor in cls.mro:
        for text in _texts(ancestor):
            entry = re.search(rf"^\s*{re.escape(name)} \((.*?)$", text, re.MULTILINE)
            if entry is not None:
                yield entry.group(1)


def _example(config: Instance, name: str) -> Value:
    """The list of words that the documentation gives as an example; one that goes on ("…") with a word a layer."""
    for ancestor in config.cls.mro:
        for text in _texts(ancestor):
            entry = re.search(rf"^\s*{re.escape(name)} \(.*?(?=^\s*\w+ \(|\Z)", text, re.MULTILINE | re.DOTALL)
            found = _WORDS.search(entry.group(0)) if entry is not None else None
            if found is not None:
                words = re.findall(r"\w+", found.group(1))
                more = _number(config, "num_hidden_layers") - len(words) if found.group(2) else 0
                return [*words, *words[-1:] * more]
    return None


def _texts(cls: ClassValue) -> Iterator[str]:
    body = cls.node.body if cls.node is not None else ()
    match body[:1]:
        case (syntax.ExpressionStatement(value=syntax.Literal(value=str() as text)),):
            yield text


def _literal(text: str) -> Value:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None
