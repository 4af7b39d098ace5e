"""Files of a tree: found, read once, parsed, lowered to compact syntax, and kept in a cache by content."""
