"""The state of one interpretation: the call stack, the trace, what may be tried, what it costs, what must be undone."""
