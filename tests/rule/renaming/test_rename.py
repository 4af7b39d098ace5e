"""Renamed programs compute what the originals compute, and nothing of the old names is left."""

from __future__ import annotations

import builtins
import importlib.util
import symtable
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from analyzer.rule.renaming import LibraryNames, Renamed, rename, rename_references

PROGRAM = textwrap.dedent(
    '''
    """A program in the style of modeling code, without the library."""
    import functools
    import math

    FACTOR = 3


    def scaled(value, factor=FACTOR, *rest, offset: int = 0, **options):
        """Doc."""
        total = value * factor + offset + sum(rest) + options.get("extra", 0)
        return total


    def one_line(config): return config["width"]


    class Base:
        scale = 2

        def __init__(self, config, width=None):
            self.config = config
            self.width = width or config["width"]
            self._hidden = [index * self.width for index in range(3)]

        @property
        def doubled(self):
            return self.width * 2

        @staticmethod
        def helper(first, second=1):
            return first - second

        @classmethod
        def make(cls, config):
            return cls(config=config, width=4)

        def forward(self, hidden_states, norm=None):
            nested = lambda item, by=2: item * by + self.doubled

            def inner(count):
                nonlocal hidden_states
                hidden_states = hidden_states + count
                return [nested(part) for part in self._hidden if (last := part) >= 0] + [last]

            pieces = inner(1)
            return pieces, hidden_states, getattr(self, "width"), hasattr(self, "missing")


    class Derived(Base):
        def forward(self, hidden_states, norm=None):
            pieces, states, width, missing = super().forward(hidden_states=hidden_states, norm=norm)
            for position, piece in enumerate(pieces):
                if piece % 2 == 0:
                    continue
                states += scaled(piece, factor=2, offset=position) + self.helper(first=piece, second=2)
            try:
                states += math.sqrt(-1)
            except ValueError as error:
                states += len(str(error)) > 0
            reduced = functools.reduce(lambda left, right: left + right, pieces)
            return {"states": states, "width": width, "reduced": reduced, "missing": missing, "scale": self.scale}


    def main():
        config = {"width": 5}
        outputs = [Derived(config).forward(hidden_states=7), Base.make(config=config).forward(1)]
        return outputs, scaled(1, 2, 3, extra=4), one_line(config), f"{Base.scale:02d}"
    '''
)


def run(code: str, main: str) -> object:
    namespace: dict[str, object] = {"__name__": "program"}
    exec(compile(code, "program.py", "exec"), namespace)
    function = namespace[main]
    assert callable(function)
    return function()


@pytest.fixture(scope="module")
def renamed() -> Renamed:
    return rename({"program.py": PROGRAM})


def test_renamed_program_computes_the_same(renamed: Renamed) -> None:
    assert run(renamed.files["program.py"], renamed.globals["main"]) == run(PROGRAM, "main")


def test_no_old_name_is_left(renamed: Renamed) -> None:
    words = {symbol for table in tables(renamed.files["program.py"]) for symbol in table.get_identifiers()}
    allowed = {
        *("functools", "math", "__name__", "__class__", "config", "hidden_states", "offset", "__init__", "forward"),
        *("scale", "super", ".0", "width", "first", "second"),
        "norm",  # a keyword of a call through super(), which may lead to a library
    }
    old = {symbol for table in tables(PROGRAM) for symbol in table.get_identifiers()} - set(dir(builtins)) - allowed
    assert words & old == set()


def test_renaming_twice_gives_the_same_text() -> None:
    assert rename({"program.py": PROGRAM}).files == rename({"program.py": PROGRAM}).files


def test_names_to_keep_stay_parameters_and_get_another_inside() -> None:
    code = "def f(first, second):\n    return first - second\n"
    made = rename({"f.py": code}, keep=frozenset({"first", "f"}))
    assert "def f(first, " in made.files["f.py"]
    assert made.files["f.py"].count("first") == 2
    namespace: dict[str, object] = {}
    exec(made.files["f.py"], namespace)
    function = namespace["f"]
    assert callable(function)
    assert function(first=5, **{made.parameters["second"]: 2}) == 3


def test_files_agree_on_names() -> None:
    files = {
        "pkg/modeling_b.py": "from .modeling_a import Oak as Elm, grow\nclass B(Elm):\n    def f(self):\n"
        "        return grow(height=self.rings)\n",
        "pkg/modeling_a.py": "class Oak:\n    def __init__(self):\n        self.rings = 3\n"
        "def grow(height):\n    return height + 1\n",
    }
    made = rename(files)
    assert (
        f"from .modeling_a import {made.globals['Oak']} as Elm, {made.globals['grow']}"
        in made.files["pkg/modeling_b.py"]
    )
    assert f"{made.parameters['height']}=" in made.files["pkg/modeling_b.py"]


def test_paths_in_strings_follow_the_attributes() -> None:
    code = textwrap.dedent(
        """
        class Oak(PreTrainedModel):
            _tied_weights_keys = {"trunk.weight": r"crown\\.leaves\\.\\d+.weight"}
            base_model_prefix = "crown"
            plain = "crown"

            def __init__(self, config):
                self.crown = Crown(config)
                self.trunk = self.crown.leaves
                self.register_buffer("sap", None)


        class Crown:
            def __init__(self, config):
                self.leaves = config.leaves
        """
    )
    made = rename({"a.py": code})
    names = made.attributes
    text = made.files["a.py"]
    assert f'{{"{names["trunk"]}.weight": r"{names["crown"]}\\.{names["leaves"]}\\.\\d+.weight"}}' in text
    assert f'base_model_prefix = "{names["crown"]}"' in text
    assert 'plain = "crown"' in text
    assert ".leaves\n" in text, "a configuration field stays"
    assert repr(names["sap"]) in text


def test_names_that_strings_give_to_a_library_stay() -> None:
    code = textwrap.dedent(
        """
        from library import hooked, follow

        class Oak:
            def __init__(self):
                self.trunk, self.crown, self.bark, self.sap = 1, 2, 3, 4
                self._tied_weights_keys[f"crown.{self.sap}.weight"] = "sap.weight"

            @hooked("trunk")
            def grow(self):
                return [follow(f"bark.{index}") for index in range(self.crown)]
        """
    )
    made = rename({"a.py": code})
    assert made.attributes.keys() == {"crown", "sap", "grow"}
    crown, sap = made.attributes["crown"], made.attributes["sap"]
    assert f"""_tied_weights_keys[f"{crown}.{{""" in made.files["a.py"]
    assert f""" = "{sap}.weight\"""" in made.files["a.py"]


def test_what_a_cache_of_the_program_holds_stays() -> None:
    code = (
        "class Store(Cache):\n    def keep(self):\n        pass\ndef f(past_key_values):\n    past_key_values.keep()\n"
    )
    assert rename({"a.py": code}).attributes == {}


def test_documentation_follows_the_parameters() -> None:
    code = 'def f(height, x):\n    """\n    height (`int`): The height of a tree.\n    """\n    return height\n'
    made = rename({"a.py": code})
    assert f"\n    {made.parameters['height']} (`int`): The height" in made.files["a.py"]


def test_imports_through_a_package_follow() -> None:
    files = {"models/elm/modeling_elm.py": "class Elm: pass\n", "models/oak/modeling_oak.py": "from ..elm import Elm\n"}
    made = rename(files)
    assert made.files["models/oak/modeling_oak.py"] == f"from ..elm import {made.globals['Elm']}\n"


def test_names_of_a_library_stay() -> None:
    code = "class Oak:\n    def __init__(self, age, height):\n        self.age, self.height = age, height\n"
    made = rename({"a.py": code}, library=LibraryNames(frozenset({"age"}), frozenset({"height"})))
    assert made.attributes.keys() == {"height"}
    assert made.parameters.keys() == {"age", "self"}


def test_configuration_classes_keep_their_fields() -> None:
    code = "class OakConfig(PreTrainedConfig):\n    hidden_size: int = 3\n    def f(self, x=1):\n        return x\n"
    made = rename({"configuration_oak.py": code})
    assert made.files["configuration_oak.py"] == code.replace("OakConfig", made.globals["OakConfig"])


def test_a_field_keeps_its_name_beside_an_attribute_of_that_name() -> None:
    config = "class Config:\n    def __init__(self, depth=3):\n        self.depth = depth\n"
    block = 'class Block:\n    def __init__(self, config: Config):\n        self.depth = getattr(config, "depth", 5)\n'
    text = rename({"a.py": config + block}).files["a.py"]
    assert "self.depth = depth" in text
    assert '"depth", 5' in text
    assert text.count("depth") == 4


def test_keywords_of_library_calls_stay() -> None:
    code = textwrap.dedent(
        """
        import torch

        def f(dim, wide):
            return g(dim=dim, wide=wide) + torch.cat([wide], dim=dim)

        def g(dim, wide):
            return dim + wide
        """
    )
    text = rename({"a.py": code}).files["a.py"]
    assert "torch.cat([" in text
    assert text.count("dim=") == 2
    assert "wide" not in text


def test_references_elsewhere_follow() -> None:
    made = Renamed({}, {"OakModel": "Q1z"}, {}, {})
    text = rename_references('from .oak import OakModel\nM = {"oak": "OakModel", "elm": "ElmModel"}\n', made)
    assert text == 'from .oak import Q1z as OakModel\nM = {"oak": \'Q1z\', "elm": "ElmModel"}\n'


def models_folder() -> Path | None:
    found = importlib.util.find_spec("transformers")
    return Path(found.origin).parent / "models" if found and found.origin else None


@pytest.mark.parametrize("model", ["llama", "gemma2", "gptj", "olmo2", "deepseek_v3", "t5"])
def test_real_models_stay_closed(model: str) -> None:
    """Every name that a renamed file reads from outside a function is defined at its top level or is a builtin."""
    folder = models_folder()
    if folder is None:
        pytest.skip("transformers is not installed")
    source = (folder / model / f"modeling_{model}.py").read_text(encoding="utf-8")
    text = rename({f"modeling_{model}.py": source}).files[f"modeling_{model}.py"]
    assert undefined(text) == undefined(source)


def undefined(code: str) -> set[str]:
    top, *_ = tables(code)
    known = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    used = {symbol.get_name() for table in tables(code) for symbol in table.get_symbols() if symbol.is_global()}
    return used - known - set(dir(builtins))


def tables(code: str) -> Iterator[symtable.SymbolTable]:
    stack = [symtable.symtable(code, "code.py", "exec")]
    while stack:
        table = stack.pop()
        yield table
        stack.extend(table.get_children())
