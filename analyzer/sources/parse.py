"""Parses text with libcst and lowers it; what goes wrong is an error with a line."""

from __future__ import annotations

import ast
import warnings

import libcst as cst

from analyzer.base import InputError, shallow, without_collecting
from analyzer.sources.limits import looks_costly, refuse_costly
from analyzer.sources.lower import lower
from analyzer.sources.syntax import ModuleSyntax


def parse(text: str, *, path: str = "") -> ModuleSyntax:
    """The lowered syntax of a file's text.

    Raises:
        InputError: Codes ``syntax-error``, ``unsupported-syntax``, ``too-deep`` (nested deeper than Python itself or
            this reader can follow), ``too-large`` (more syntax than it has memory for), with path and line.
    """
    tree = python_tree(text, path)
    problem = None
    if not isinstance(tree, InputError):
        refuse_costly(tree, text, path)
    elif tree.code == "too-deep" or looks_costly(text):
        raise tree
    else:
        problem = tree
    del tree
    try:
        with without_collecting():
            return lower(text, cst.parse_module(text))
    except cst.ParserSyntaxError as error:
        raise problem or InputError(_first_line(error), path=path, line=error.raw_line, code="syntax-error") from error
    except UnicodeEncodeError as error:
        raise _half_a_pair(error, path) from error
    except InputError as error:
        raise InputError(error.message, path=path, line=error.line, code=error.code) from error
    except RecursionError as error:
        raise InputError("nested too deeply", path=path, line=1, code="too-deep") from error


def python_tree(text: str, path: str) -> ast.Module | InputError:
    """What the running Python's own parser makes of the text.

    It takes a tenth of libcst's time, has the better messages, and counts its depth where libcst's native parser
    overflows the stack and takes the process with it. It may be older than the text, so a syntax error is not final.
    """
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return InputError("a NUL character in the text", path=path, line=line, code="syntax-error")
    try:
        with warnings.catch_warnings(), without_collecting(), shallow():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        code = "too-deep" if "too many" in (error.msg or "") else "syntax-error"
        return InputError(error.msg or "invalid syntax", path=path, line=error.lineno or 1, code=code)
    except UnicodeEncodeError as error:
        return _half_a_pair(error, path)
    except (RecursionError, MemoryError):
        return InputError("nested too deeply", path=path, line=1, code="too-deep")


def _half_a_pair(error: UnicodeEncodeError, path: str) -> InputError:
    line = error.object.count("\n", 0, error.start) + 1
    return InputError("half a surrogate pair in the text", path=path, line=line, code="syntax-error")


def _first_line(error: cst.ParserSyntaxError) -> str:
    return error.message.partition("\n")[0] or "invalid syntax"
