"""Feed-forward parts, mixtures of experts and their routers, and how many parameters a token passes."""
