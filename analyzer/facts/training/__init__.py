"""What matters when a model is trained: initial values of parameters, and dropout."""
