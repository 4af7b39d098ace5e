"""What there is to sweep."""

from __future__ import annotations

import sysconfig
from collections.abc import Sequence
from pathlib import Path


def packages(given: Sequence[Path] = ()) -> tuple[Path, ...]:
    """The packages and modules below ``given`` folders; by default those installed and those of the standard library.

    A folder that is a package itself is taken as one.
    """
    roots = given or tuple(Path(sysconfig.get_path(name)) for name in ("purelib", "stdlib"))
    found = (
        entry
        for root in roots
        for entry in ([root] if (root / "__init__.py").is_file() or root.is_file() else sorted(root.iterdir()))
    )
    return tuple(entry for entry in found if _is_package(entry) or entry.suffix == ".py")


def _is_package(path: Path) -> bool:
    if path.is_file():
        return path.suffix == ".py"
    return path.name.isidentifier() and path.name != "__pycache__" and any(path.glob("*.py"))


def files(package: Path) -> tuple[Path, ...]:
    """The Python files of a package or module."""
    return (package,) if package.is_file() else tuple(sorted(package.rglob("*.py")))
