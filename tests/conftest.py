"""Settings of all tests: generated examples have no time limit each, for the machine may be busy with others."""

from hypothesis import settings

settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")
