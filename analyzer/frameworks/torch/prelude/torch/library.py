from torch._modes import nothing, unchanged


class _Namespace:
    def __init__(self, name):
        self.name = name


class _Ops:
    """Operators that programs define themselves, ``torch.ops.<namespace>.<name>``."""


ops = _Ops()


def custom_op(name, fn=None, /, *, mutates_args=(), device_types=None, schema=None, tags=None):
    def define(function):
        namespace, short = name.split("::")
        if not hasattr(ops, namespace):
            setattr(ops, namespace, _Namespace(namespace))
        setattr(getattr(ops, namespace), short, function)
        return function

    return define if fn is None else define(fn)


def register_fake(op, func=None, /, *, lib=None, _stacklevel=1, allow_override=False):
    return unchanged(func)


impl_abstract = register_fake
register_autograd = register_vmap = define = nothing


def register_kernel(op, device_types, func=None, /, *, lib=None):
    return unchanged(func)


def impl(qualname, types, func=None, *, lib=None):
    return unchanged(func)


class Library:
    def __init__(self, ns, kind, dispatch_key=""):
        self.ns = ns

    def define(self, schema, alias_analysis="", *, tags=()):
        return schema

    def impl(self, op_name, fn, dispatch_key="", *, with_keyset=False):
        pass
