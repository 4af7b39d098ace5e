"""Attention masks: which keys a query may see."""
