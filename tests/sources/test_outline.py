"""The outline of a file: which definition of a name counts, and what is told of a class."""

from __future__ import annotations

import pytest

from analyzer.base import InputError
from analyzer.sources.outline import ClassOutline, FunctionOutline, ImportOutline, StarImport, ValueOutline, outline

CONDITIONAL = """
from typing import TYPE_CHECKING
try:
    from fast import kernel
except ImportError:
    kernel = None
if TYPE_CHECKING:
    from .real import thing
else:
    thing = lazy()
if not is_torch_available():
    Model = object
else:
    class Model: pass
if False:
    early = 1
with a: inner = b.c
"""


def test_of_alternatives_the_likely_one_counts() -> None:
    names = outline(CONDITIONAL).names
    assert names["kernel"] == ImportOutline(4, "fast", 0, "kernel")
    assert names["thing"] == ImportOutline(8, "real", 1, "thing")
    assert isinstance(names["Model"], ClassOutline)
    assert names["inner"] == ValueOutline(17, "b.c")


def test_imports_exports_and_stars() -> None:
    found = outline(
        "import a.b\nimport c.d as e\nfrom . import f as g\nfrom ..h import *\n__all__ = ['x']\n__all__ += ('y',)"
    )
    assert found.names["a"] == ImportOutline(1, "a", 0, "")
    assert found.names["e"] == ImportOutline(2, "c.d", 0, "")
    assert found.names["g"] == ImportOutline(3, "", 1, "f")
    assert found.stars == (StarImport("h", 2),)
    assert found.exports == ("x", "y")
    assert outline("__all__ = [name for name in dir()]").exports is None


def test_class() -> None:
    text = """
@dataclass(frozen=True)
class A(B[int], c.D, Generic[T], make(), metaclass=M):
    config: "X | None"
    other: type[Y]
    config_class = Z
    model_type = "a"
    sub_configs = {"text": T1, "vision": Spec(config_class=T2), "no": 1}
    def __init__(self, config: Optional[W], size, *, depth, width=2):
        self.inner = Inner(config) if isinstance(config, Other) else Else()
    def forward(self, x): return Unseen(x)
def build(): return A()
"""
    names = outline(text).names
    found = names["A"]
    assert isinstance(found, ClassOutline)
    assert (found.line, found.bases) == (3, ("B", "c.D", "Generic", ""))
    assert found.annotations == {"config": ("X",), "other": ("Y",)}
    assert found.values == {"config_class": "Z"}
    assert found.strings == {"model_type": "a"}
    assert found.nested["sub_configs"] == ("T1", "T2")
    assert found.first_parameter == ("W",)
    assert found.required == ("config", "size", "depth")
    assert found.decorators == ("dataclass",)
    assert found.methods == ("__init__", "forward")
    assert {"Inner", "Else"} <= set(found.uses) and not {"Unseen", "Other"} & set(found.uses)
    assert names["build"] == FunctionOutline("build", 12, ("A",))


def test_broken_text_is_the_same_error_as_when_parsing() -> None:
    with pytest.raises(InputError) as caught:
        outline("x = 1\ny = (", path="b.py")
    assert (caught.value.path, caught.value.line) == ("b.py", 2)
