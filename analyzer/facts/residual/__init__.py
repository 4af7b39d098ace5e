"""The residual stream: additions, multipliers on the way, several streams side by side."""
