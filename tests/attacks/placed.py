"""Files beside a model that are no files: links, pipes, folders, gigabytes of nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

Sort: TypeAlias = Literal["text", "link", "pipe", "sparse", "folder", "closed"]


@dataclass(frozen=True, slots=True)
class Placed:
    """Something at ``name`` below the scanned folder; ``content`` is a text, or where a link points to."""

    name: str
    sort: Sort
    content: str = ""

    def make(self, folder: Path) -> None:
        path = folder / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        match self.sort:
            case "link":
                path.symlink_to(self.content)
            case "pipe":
                os.mkfifo(path)
            case "sparse":
                path.touch()
                os.truncate(path, 20 * 10**9)
            case "folder":
                path.mkdir()
            case "closed":
                path.write_text(self.content)
                path.chmod(0)
            case _:
                path.write_bytes(self.content.encode("utf-8", "surrogatepass"))

    def remove(self, folder: Path) -> None:
        top = folder / self.name.split("/")[0]
        shutil.rmtree(top) if top.is_dir() and not top.is_symlink() else top.unlink(missing_ok=True)


READ = ("modeling_odd.py", "configuration_odd.py", "config.json", "__init__.py", ".git/HEAD", ".git", "HEAD",
        "pyproject.toml", "odd/modeling_x.py")  # fmt: skip
"""Names of files that a scan looks at."""


def _all(sort: Sort, content: str = "") -> Mapping[str, tuple[Placed, ...]]:
    """The same at every place that is read."""
    return {_name(sort, name, content): (Placed(name, sort, content),) for name in READ}


def _name(*parts: str) -> str:
    return "-".join(part.strip("./").replace("/", "-") for part in parts if part)


def _configured(text: str) -> tuple[Placed, ...]:
    """A model in a folder of its own, and its configuration file."""
    return (Placed("odd/modeling_odd.py", "text", ODD), Placed("odd/config.json", "text", text))


ODD = """
from torch import nn
from transformers import PretrainedConfig, PreTrainedModel


class OddConfig(PretrainedConfig):
    model_type = "odd"

    def __init__(self, hidden_size=8, num_layers=2, **kwargs):
        super().__init__(**kwargs)
        self.hidden_size = hidden_size
        self.num_layers = num_layers


class OddModel(PreTrainedModel):
    config_class = OddConfig

    def __init__(self, config: OddConfig):
        super().__init__(config)
        size = config.hidden_size
        self.layers = nn.ModuleList([nn.Linear(size, size) for _ in range(config.num_layers)])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
"""
TRAP = "open('trap', 'w')\n"
OTHER = """
from modeling_good import GoodConfig
GoodConfig.__init__.__defaults__ = ()
GoodConfig.hidden_size = 3
"""
PLACED: Mapping[str, tuple[Placed, ...]] = {
    **_all("pipe"),
    **_all("sparse"),
    **_all("folder"),
    **_all("link", "../cwd/secret.txt"),
    **_all("link", "/dev/zero"),
    **_all("link", "/etc/passwd"),
    **_all("link", "/proc/self/environ"),
    "link-loop": (Placed("modeling_a.py", "link", "modeling_b.py"), Placed("modeling_b.py", "link", "modeling_a.py")),
    "link-folder": (Placed("inside", "link", ".."),),
    "link-root": (Placed("root", "link", "/"),),
    "link-self": (Placed("again", "link", "."),),
    "git-ref": (Placed(".git/HEAD", "text", "ref: ../../../../../../etc/passwd\n"),),
    "git-ref-controls": (Placed(".git/HEAD", "text", "\x1b[31m\n"),),
    "git-ref-long": (Placed(".git/HEAD", "text", "ref: " + "x/" * 100_000),),
    "git-elsewhere": (Placed(".git", "text", "gitdir: /etc\n"),),
    "git-loop": (Placed(".git", "text", "gitdir: .git\n"),),
    "config-deep": _configured("[" * 200_000),
    "config-deep-objects": _configured('{"a":' * 100_000 + "1" + "}" * 100_000),
    "config-wide": _configured("{" + ",".join(f'"f{i}":{i}' for i in range(500_000)) + "}"),
    "config-number": _configured('{"hidden_size": ' + "9" * 100_000 + "}"),
    "config-surrogates": _configured('{"model_type": "\\ud800", "\\udfff": "\\u001b[31m"}'),
    "config-layers": _configured('{"model_type": "odd", "num_layers": 100000000}'),
    "config-sizes": _configured('{"model_type": "odd", "hidden_size": 1000000000000, "num_layers": 1000000}'),
    "config-large": _configured('{"x": "' + "y" * 100_000_000 + '"}'),
    "shadows-torch": (
        Placed("torch.py", "text", "raise SystemExit\n"),
        Placed("torch/__init__.py", "text", "nn = None\n"),
    ),
    "shadows-builtins": (Placed("math.py", "text", "sqrt = None\n"), Placed("json.py", "text", "1 / 0\n")),
    "shadows-transformers": (Placed("transformers.py", "text", "PreTrainedModel = object\n"),),
    "other-config": (Placed("configuration_evil.py", "text", OTHER),),
    "many-folders": tuple(Placed("d/" * depth + "modeling_x.py", "text", "x = 1\n") for depth in range(1, 200)),
    "extension": (
        Placed("modeling_native.so", "text", "no library"),
        Placed("modeling_compiled.pyc", "text", "no code"),
    ),
    "startup": (
        Placed("sitecustomize.py", "text", TRAP),
        Placed("usercustomize.py", "text", TRAP),
        Placed("evil.pth", "text", "import os; os.system('touch trap')\n"),
    ),
    "tests-setup": (
        Placed("conftest.py", "text", TRAP),
        Placed("setup.py", "text", TRAP),
        Placed("setup.cfg", "text", "[metadata]\nversion = file: /etc/passwd\n"),
    ),
    "closed": (Placed("modeling_closed.py", "closed", "x = 1\n"),),
}
"""What stands beside a model without a fault, by name."""
