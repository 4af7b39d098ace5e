"""The command line: thin; it parses options, calls the API, renders, and sets the exit code."""

from analyzer.cli.app import main

__all__ = ["main"]
