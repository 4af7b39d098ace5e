"""The constructed module tree: its members, their precision and how they are initialised."""
