from torch._modes import autocast as autocast
