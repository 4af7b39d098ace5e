class Proxy:
    pass


class TraceError(ValueError):
    pass
