"""Text inside of LaTeX: what comes from code, files and messages is text there, and no command by chance."""

from __future__ import annotations

from analyzer.base import one_line

_TEX = {
    **{char: f"\\{char}" for char in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
    "<": "$<$",
    ">": "$>$",
    "×": r"$\times$",
    "–": "--",
    "…": r"\ldots{}",
    "|": "$|$",
    "[": "{[}",
    "]": "{]}",
    '"': r"\textquotedbl{}",
}


def latex(text: str) -> str:
    """``text`` in which nothing is a command of TeX.

    >>> latex("50% of a_b")
    '50\\\\% of a\\\\_b'
    """
    return "".join(_TEX.get(char, char) for char in one_line(text))
