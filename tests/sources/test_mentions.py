"""Names that code reads, and names that it only assigns."""

from __future__ import annotations

import pytest

from analyzer.sources.mentions import mentions
from analyzer.sources.mentions_in_text import mentions_in_text
from analyzer.sources.parse import parse


@pytest.mark.parametrize(
    ("code", "attributes", "texts", "names"),
    [
        ("x.a", {"a"}, set(), {"x"}),
        ("x.a.b = y.c", {"a", "c"}, set(), {"x", "y"}),
        ("x.a = 1", set(), set(), {"x"}),
        ("x.a: int = y", set(), set(), {"x", "y"}),
        ("x.a += 1", {"a"}, set(), {"x"}),
        ("x.a[i] = 1", {"a"}, set(), {"x", "i"}),
        ("x.a, (x.b, *z) = y", set(), set(), {"x", "y", "z"}),
        ("self.a = a", set(), set(), {"self"}),
        ("self.a = a + 1", set(), set(), {"self", "a"}),
        ("self.a = b", set(), set(), {"self", "b"}),
        ("getattr(x, 'a', 3)", set(), {"a"}, {"getattr", "x"}),
        ("x['a b']", set(), set(), {"x"}),
        ("def f(a=x.b):\n    'doc a'\n    return [c.d for c in e]", {"b", "d"}, set(), {"x", "c", "e"}),
        ("f(a=1)", set(), set(), {"f"}),
        ("class A(b.c):\n    d: int = 1\n    e = 'g'", {"c"}, {"g"}, {"b"}),
        ("for x.a in y: pass", {"a"}, set(), {"x", "y"}),
    ],
)
def test_mentions(code: str, attributes: set[str], texts: set[str], names: set[str]) -> None:
    found = mentions(parse(code, path="a.py"))
    assert (found.attributes, found.texts, found.names) == (attributes, texts, names)


@pytest.mark.parametrize(
    ("code", "name", "composed"),
    [
        ("self[f'expert_{i}']", "expert_7", True),
        ("self[f'expert_{i}']", "export_7", False),
        ("getattr(config, f'{side}_layers')", "encoder_layers", True),
        ("getattr(config, f'{side}_layers')", "encoder_layer", False),
        ("getattr(config, 'text_' + name)", "text_width", True),
        ("name.startswith('text_')", "text_width", True),
        ("name.removesuffix('_width')", "text_width", True),
        ("f'{x}_'", "text_", False),
        ("f'of {x}'", "of", False),
    ],
)
def test_names_that_code_composes(code: str, name: str, composed: bool) -> None:
    assert mentions(parse(code, path="a.py")).composed(name) is composed


@pytest.mark.parametrize(
    ("code", "attributes", "texts", "stored"),
    [
        ("x.a", {"a"}, set(), set()),
        ("x.a.b = y.c", {"a", "c"}, set(), {"b"}),
        ("x.a = 1", set(), set(), {"a"}),
        ("x.a: int = 1", set(), set(), {"a", "int"}),
        ("x.a == 1", {"a"}, set(), set()),
        ("self.a = a  # x.b", set(), set(), {"a"}),
        ("getattr(x, 'a', 3)", set(), {"a"}, set()),
        ("x['a b'].c", {"c"}, set(), set()),
        ('def f(a=x.b):\n    """doc a x.y"""\n    return [c.d for c in e]', {"b", "d"}, set(), {"f", "a"}),
        ("class A(b.c): d = 'g'", {"c"}, {"g"}, {"A", "d"}),
        ("f'{x.a} {y.b:{z.c}}'", {"a", "b", "c"}, set(), set()),
        ("'see {x.a}'", set(), set(), set()),
        ("x.a(1.5, 2.e3)", {"a"}, set(), set()),
    ],
)
def test_mentions_of_a_file_that_is_no_python(
    code: str, attributes: set[str], texts: set[str], stored: set[str]
) -> None:
    found = mentions_in_text(f"{code}\ndef broken(:\n")
    assert (found.attributes, found.texts, found.stored - {"broken"}) == (attributes, texts, stored)


@pytest.mark.parametrize(
    ("code", "name", "composed"),
    [
        ("self[f'expert_{i}']", "expert_7", True),
        ("self[f'expert_{i}']", "export_7", False),
        ("getattr(config, f'{side}_layers')", "encoder_layers", True),
        ("getattr(config, 'text_' + name)", "text_width", True),
        ("getattr(config, name + '_width')", "text_width", True),
        ("name.startswith('text_')", "text_width", True),
        ("name.removesuffix( '_width')", "text_width", True),
        ("f('text_')", "text_width", False),
    ],
)
def test_names_that_a_file_that_is_no_python_composes(code: str, name: str, composed: bool) -> None:
    assert mentions_in_text(f"{code}\ndef broken(:\n").composed(name) is composed
