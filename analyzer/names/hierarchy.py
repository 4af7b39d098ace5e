"""Classes of a tree and what they descend from."""

from __future__ import annotations

from analyzer.base import InputError
from analyzer.names.imports import Definition, Resolver
from analyzer.names.modules import SourceModule
from analyzer.names.mro import linearize
from analyzer.sources.outline import ClassOutline

_MODELS = frozenset({"PreTrainedModel"})
_CONFIGS = frozenset({"PreTrainedConfig", "PretrainedConfig"})
_WITHOUT_FORWARD = frozenset({"Module", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict"})
_MODEL_MODULES = frozenset({"transformers", "transformers.modeling_utils"})
_CONFIG_MODULES = frozenset({"transformers", "transformers.configuration_utils"})


class Hierarchy:
    """Answers questions about ancestors; what can not be linearised is noted in ``errors``."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._orders: dict[Definition, tuple[Definition, ...]] = {}
        self._known: dict[Definition, list[Definition]] = {}
        self.errors: list[InputError] = []

    def classes(self, module: SourceModule) -> list[Definition]:
        """The classes that a module defines at its top level; raises InputError if it can not be read."""
        return [
            Definition(module.name, name, node, module)
            for name, node in module.outline.names.items()
            if isinstance(node, ClassOutline)
        ]

    def bases(self, cls: Definition) -> tuple[Definition, ...]:
        """The direct bases; one that is no plain name is left out, one without source has no node."""
        if not isinstance(cls.node, ClassOutline):
            return ()
        found = (self._base(cls, name) for name in cls.node.bases if name)
        return tuple(dict.fromkeys(base for base in found if base != cls or base.node is not None))

    def _base(self, cls: Definition, name: str) -> Definition:
        found = self._resolver.resolve(cls.module, name)
        return found if found is not None else Definition("builtins", name, None, None)

    def order(self, cls: Definition) -> tuple[Definition, ...]:
        """The method resolution order, as far as there is source; the class alone if its hierarchy is broken."""
        if cls not in self._orders:
            self._orders[cls] = self._linearized(cls)
        return self._orders[cls]

    def _linearized(self, cls: Definition) -> tuple[Definition, ...]:
        try:
            return linearize(cls, self.bases, self._known)
        except InputError as error:
            line = cls.node.line if isinstance(cls.node, ClassOutline) else 0
            path = cls.source.path if cls.source is not None else ""
            self.errors.append(InputError(error.message, path=path, line=line, code=error.code))
            return (cls,)

    def is_model(self, cls: Definition) -> bool:
        """Whether a class descends from transformers' base class of models, and is not that."""
        return any(map(_is_model_base, self.order(cls)[1:]))

    def is_config(self, cls: Definition) -> bool:
        """Whether a class descends from transformers' base class of configurations, and is not that."""
        return any(_is_one(base, _CONFIG_MODULES, _CONFIGS) for base in self.order(cls)[1:])

    def is_module(self, cls: Definition) -> bool:
        """Whether a class descends from ``torch.nn.Module``."""
        return self.is_model(cls) or any(map(_is_torch_module, self.order(cls)[1:]))

    def own(self, cls: Definition) -> tuple[ClassOutline, ...]:
        """The outlines of a class and its ancestors below the library's base classes, nearest first."""
        outlines: list[ClassOutline] = []
        for one in self.order(cls):
            if isinstance(one.node, ClassOutline) and not _is_library_base(one):
                outlines.append(one.node)
        return tuple(outlines)

    def below_base(self, cls: Definition) -> tuple[Definition, ...]:
        """As :meth:`own`, the definitions."""
        order = self.order(cls)
        return tuple(one for one in order if isinstance(one.node, ClassOutline) and not _is_library_base(one))

    def runs(self, cls: Definition) -> bool:
        """Whether the class has a ``forward`` of its own, of an ancestor, or of torch's (``nn.Sequential``)."""
        if any("forward" in node.methods or "forward" in node.values for node in self.own(cls)):
            return True
        return any(_is_torch_module(base) and _last(base) not in _WITHOUT_FORWARD for base in self.order(cls))


def _is_one(cls: Definition, modules: frozenset[str], names: frozenset[str]) -> bool:
    return cls.name in names and cls.module in modules


def _is_model_base(cls: Definition) -> bool:
    return _is_one(cls, _MODEL_MODULES, _MODELS)


def _is_torch_module(cls: Definition) -> bool:
    return cls.qualified.startswith(("torch.nn.", "torch._native."))


def _last(cls: Definition) -> str:
    return cls.qualified.rpartition(".")[2]


def _is_library_base(cls: Definition) -> bool:
    """Classes that the libraries give: they are not part of any model."""
    return (
        _is_model_base(cls)
        or _is_one(cls, _CONFIG_MODULES, _CONFIGS)
        or _is_torch_module(cls)
        or cls.module.startswith(
            ("transformers.modeling_utils", "transformers.generation", "transformers.integrations")
        )
    )
