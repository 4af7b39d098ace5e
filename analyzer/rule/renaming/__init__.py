"""The same program under other names: what no rule may notice."""

from analyzer.rule.renaming.rename import Renamed, rename, rename_references

__all__ = ["Renamed", "rename", "rename_references"]
