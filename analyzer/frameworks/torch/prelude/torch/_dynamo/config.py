cache_size_limit = recompile_limit = 8
capture_scalar_outputs = False
suppress_errors = False
