"""Gives a program other names. No rule may find anything else in it then."""

from analyzer.rule.renaming.rename import LibraryNames, Renamed, rename, rename_references

__all__ = ["LibraryNames", "Renamed", "rename", "rename_references"]
