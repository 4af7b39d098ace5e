"""The library of models ``transformers``."""
