class InvalidVersion(ValueError):
    pass


def _release(text):
    """The dotted numbers at the start of a version."""
    numbers = []
    for part in text.lstrip("v").split("+")[0].split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        numbers.append(int(digits))
        if digits != part:
            break
    if not numbers:
        raise InvalidVersion(f"Invalid version: {text!r}")
    return tuple(numbers)


def _stripped(release):
    while len(release) > 1 and release[-1] == 0:
        release = release[:-1]
    return release


class Version:
    """Ordered by its release numbers; a development or pre-release comes before its release."""

    def __init__(self, version):
        self.text = version.strip()
        self.release = _release(self.text)
        self.public = self.text.split("+")[0]
        self.base_version = ".".join(str(number) for number in self.release)
        tail = self.public.lstrip("v")[len(self.base_version) :]
        self.is_devrelease = "dev" in tail
        self.is_prerelease = self.is_devrelease or any(mark in tail for mark in ("a", "b", "rc"))
        self._key = (_stripped(self.release), 0 if self.is_prerelease else 1)

    @property
    def major(self):
        return self.release[0]

    @property
    def minor(self):
        return self.release[1] if len(self.release) > 1 else 0

    @property
    def micro(self):
        return self.release[2] if len(self.release) > 2 else 0

    def __str__(self):
        return self.text

    def __hash__(self):
        return hash(self._key)

    def __eq__(self, other):
        return self._key == other._key

    def __ne__(self, other):
        return self._key != other._key

    def __lt__(self, other):
        return self._key < other._key

    def __le__(self, other):
        return self._key <= other._key

    def __gt__(self, other):
        return self._key > other._key

    def __ge__(self, other):
        return self._key >= other._key


def parse(version):
    return Version(version)
