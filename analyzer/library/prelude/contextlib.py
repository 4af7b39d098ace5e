class AbstractContextManager:
    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        return None


class ContextDecorator:
    def _recreate_cm(self):
        return self

    def __call__(self, function):
        def decorated(*args, **kwargs):
            with self._recreate_cm():
                return function(*args, **kwargs)

        return decorated


class _GeneratorContext(ContextDecorator):
    def __init__(self, make):
        self._make = make

    def _recreate_cm(self):
        return _GeneratorContext(self._make)

    def __enter__(self):
        self._generator = self._make()
        return next(self._generator)

    def __exit__(self, kind, error, traceback):
        if error is None:
            next(self._generator, None)
            return False
        try:
            self._generator.throw(error)
        except StopIteration as end:
            return end is not error
        except BaseException as raised:
            if raised is error:
                return False
            raise
        raise RuntimeError("generator didn't stop after throw()")


def contextmanager(function):
    def make(*args, **kwargs):
        return _GeneratorContext(lambda: function(*args, **kwargs))

    return make


asynccontextmanager = contextmanager


class nullcontext(AbstractContextManager):
    def __init__(self, enter_result=None):
        self.enter_result = enter_result

    def __enter__(self):
        return self.enter_result


class closing(AbstractContextManager):
    def __init__(self, thing):
        self.thing = thing

    def __enter__(self):
        return self.thing

    def __exit__(self, kind, error, traceback):
        self.thing.close()


class suppress(AbstractContextManager):
    def __init__(self, *errors):
        self._errors = errors

    def __exit__(self, kind, error, traceback):
        return error is not None and isinstance(error, self._errors)


class redirect_stdout(AbstractContextManager):
    def __init__(self, target):
        self._target = target

    def __enter__(self):
        return self._target


redirect_stderr = redirect_stdout


class ExitStack(AbstractContextManager):
    def __init__(self):
        self._exits = []

    def enter_context(self, manager):
        entered = manager.__enter__()
        self._exits.append(manager.__exit__)
        return entered

    def push(self, exit):
        self._exits.append(exit.__exit__ if hasattr(exit, "__exit__") else exit)
        return exit

    def callback(self, function, *args, **kwargs):
        self._exits.append(lambda kind, error, traceback: function(*args, **kwargs) and False)
        return function

    def pop_all(self):
        other = ExitStack()
        other._exits, self._exits = self._exits, []
        return other

    def close(self):
        self.__exit__(None, None, None)

    def __exit__(self, kind, error, traceback):
        pending = error
        while self._exits:
            leave = self._exits.pop()
            try:
                if leave(None if pending is None else type(pending), pending, None):
                    pending = None
            except BaseException as raised:
                pending = raised
        if pending is not None and pending is not error:
            raise pending
        return error is not None and pending is None
