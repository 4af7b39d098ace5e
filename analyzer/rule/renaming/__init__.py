"""The same program under other names: what no rule may notice."""

from analyzer.rule.renaming.rename import LibraryNames, Renamed, rename, rename_references

__all__ = ["LibraryNames", "Renamed", "rename", "rename_references"]
