"""What calls of a model cost: multiplications, additions, and what is kept."""
