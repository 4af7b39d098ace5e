class Dim:
    AUTO = "auto"
    DYNAMIC = "dynamic"
    STATIC = "static"

    def __init__(self, name="", *, min=None, max=None):
        self.name, self.min, self.max = name, min, max


class ExportedProgram:
    pass
