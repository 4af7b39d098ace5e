"""How positions enter a model: rotated, looked up in a table, computed, added to scores, or not at all."""
