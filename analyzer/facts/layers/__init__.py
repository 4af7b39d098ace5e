"""What each layer of a stack is and caches, which layers agree, and which conditions make them differ."""
