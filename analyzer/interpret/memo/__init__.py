"""Work that is done once: calls of modules that run like an earlier one, constructors with equal arguments."""
