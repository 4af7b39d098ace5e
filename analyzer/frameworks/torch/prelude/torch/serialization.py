from torch._modes import _Mode, nothing

add_safe_globals = clear_safe_globals = nothing


class safe_globals(_Mode):
    pass


class skip_data(_Mode):
    pass
