"""``torch.nn.Module``: the native class behind every module, its members and its tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from analyzer.base import GapCode
from analyzer.library.context import NativeContext
from analyzer.library.module_tree import MODULE_BYTES, PATH_BYTES, named_tensors, walk
from analyzer.library.natives.bounds import LONGEST_NAME
from analyzer.library.natives.methods.kinds import native
from analyzer.values import (
    MISSING,
    ClassValue,
    Instance,
    ModuleInstance,
    Native,
    StaticMethod,
    Tensor,
    Unknown,
    Value,
    expect,
    plain,
)

T = TypeVar("T")


def _new(machine: NativeContext, cls: ClassValue, *args: Value, **kwargs: Value) -> Value:
    machine.charge(1, MODULE_BYTES)
    module = ModuleInstance(cls, machine.span())
    machine.constructed(module)
    return module


def _init(machine: NativeContext, module: ModuleInstance, *args: Value, **kwargs: Value) -> None:
    module.attributes.setdefault("training", False)


def _counted(machine: NativeContext, pairs: Iterator[T]) -> Iterator[T]:
    """``pairs``, which are as many as there are paths to modules: one that is shared is met again and again."""
    for pair in pairs:
        machine.charge(1, PATH_BYTES)
        yield pair


def _named(buffers: bool) -> Callable[..., Iterator[tuple[str, Tensor]]]:
    def call(
        machine: NativeContext, module: ModuleInstance, prefix: str = "", recurse: Value = True, **kwargs: Value
    ) -> Iterator[tuple[str, Tensor]]:
        if recurse:
            duplicates = not kwargs.get("remove_duplicate", True)
            found = list(_counted(machine, named_tensors(module, buffers, duplicates=duplicates)))
        else:
            members = module.buffers if buffers else module.parameters
            found = [(name, tensor) for name, tensor in members.items() if tensor is not None]
        return iter([(f"{prefix}.{name}" if prefix else name, tensor) for name, tensor in found])

    return call


def _plain_list(buffers: bool) -> Callable[..., Value]:
    def call(machine: NativeContext, module: ModuleInstance, recurse: Value = True) -> Value:
        return iter([tensor for _, tensor in _named(buffers)(machine, module, "", recurse)])

    return call


def _member_name(machine: NativeContext, name: Value) -> str:
    """A name under which a module can hold something."""
    found = native(machine, name)
    if isinstance(found, Unknown):
        machine.no_value("the name of what is registered is not known", GapCode.UNKNOWN_VALUE)
    if not isinstance(found, str):
        machine.throw("TypeError", f"the name of a member should be a string, not {machine.type_of(name).name}")
    if len(found) > LONGEST_NAME:
        machine.no_value(f"the name has more than {LONGEST_NAME:,} characters")
    if not found or "." in found:
        machine.throw("KeyError", "the name of a member can't be empty or have a dot in it")
    return found


def _register_buffer(
    machine: NativeContext, module: ModuleInstance, name: Value, tensor: Value, persistent: Value = True
) -> None:
    key = _member_name(machine, name)
    machine.changed(module)
    module.attributes.pop(key, None)
    module.buffers[key] = tensor if isinstance(tensor, Tensor) else None
    if persistent:
        module.non_persistent.discard(key)
    else:
        module.non_persistent.add(key)


def _register_parameter(machine: NativeContext, module: ModuleInstance, name: Value, parameter: Value) -> None:
    key = _member_name(machine, name)
    machine.changed(module)
    module.attributes.pop(key, None)
    module.parameters[key] = parameter if isinstance(parameter, Tensor) else None


def _add_module(machine: NativeContext, module: ModuleInstance, name: Value, child: Value) -> None:
    if isinstance(name, Unknown) or not (child is None or isinstance(child, ModuleInstance)):
        return
    key = _member_name(machine, name)
    machine.changed(module)
    module.attributes.pop(key, None)
    module.modules[key] = child


def _children(machine: NativeContext, module: ModuleInstance) -> Value:
    return iter([child for child in module.modules.values() if child is not None])


def _named_children(machine: NativeContext, module: ModuleInstance) -> Value:
    return iter([(name, child) for name, child in module.modules.items() if child is not None])


def _modules(machine: NativeContext, module: ModuleInstance) -> Value:
    return iter([child for _, child in walk(module)])


def _named_modules(
    machine: NativeContext, module: ModuleInstance, memo: Value = None, prefix: str = "", **k: Value
) -> Value:
    return iter(list(_counted(machine, walk(module, prefix, duplicates=not k.get("remove_duplicate", True)))))


def _apply(machine: NativeContext, module: ModuleInstance, function: Value) -> Value:
    for child in module.modules.values():
        if child is not None:
            machine.call(machine.get_attribute(child, "apply"), (function,))
    machine.call(function, (module,))
    return module


def _get_submodule(machine: NativeContext, module: ModuleInstance, target: Value) -> Value:
    found: Value = module
    for part in filter(None, expect(str, plain(target)).split(".")):
        found = machine.get_attribute(found, part)
    return found


def _get_tensor(machine: NativeContext, module: ModuleInstance, target: Value) -> Value:
    path, _, name = expect(str, plain(target)).rpartition(".")
    return machine.get_attribute(_get_submodule(machine, module, path), name)


def _same(machine: NativeContext, module: ModuleInstance, *args: Value, **kwargs: Value) -> Value:
    return module


def _train(machine: NativeContext, module: ModuleInstance, mode: Value = True) -> Value:
    for _, child in walk(module):
        machine.changed(child)
        child.attributes["training"] = bool(mode)
    return module


def _hook(kind: str) -> Callable[..., Value]:
    def register(machine: NativeContext, module: ModuleInstance, hook: Value, **options: Value) -> Value:
        machine.changed(module)
        hooks: dict[int, tuple[Value, bool]] = getattr(module, kind)
        key = max(hooks, default=0) + 1
        hooks[key] = (hook, bool(options.get("with_kwargs", False)))
        handle = Instance(machine.classes["object"])

        def remove(machine: NativeContext) -> None:
            machine.changed(module)
            hooks.pop(key, None)

        handle.attributes["remove"] = Native("handle.remove", remove)
        return handle

    return register


def _nothing(machine: NativeContext, module: ModuleInstance, *args: Value, **kwargs: Value) -> None:
    return None


def _state(machine: NativeContext, module: ModuleInstance, *args: Value, **kwargs: Value) -> Value:
    result = dict(_counted(machine, named_tensors(module, buffers=False, duplicates=True)))
    for path, owner in walk(module):
        for name, tensor in owner.buffers.items():
            if tensor is not None and name not in owner.non_persistent:
                result[f"{path}.{name}" if path else name] = tensor
    return result


def _call_module(machine: NativeContext, module: ModuleInstance, *args: Value, **kwargs: Value) -> Value:
    return machine.call_module(module, args, kwargs)


def _set_attribute(machine: NativeContext, module: ModuleInstance, name: Value, value: Value) -> None:
    machine.set_plain_attribute(module, expect(str, plain(name)), value)


def _get_attribute(machine: NativeContext, module: ModuleInstance, name: Value) -> Value:
    text = expect(str, plain(name))
    found = machine.plain_attribute(module, text)
    if found is MISSING:
        machine.throw("AttributeError", f"{module.cls.name!r} object has no attribute {text!r}")
    return found


def _forward(machine: NativeContext, module: ModuleInstance, *args: Value, **kwargs: Value) -> Value:
    machine.throw("NotImplementedError", f"module {module.cls.name!r} is missing the required forward function")


NAMESPACE: dict[str, Value] = {
    "__new__": StaticMethod(Native("Module.__new__", _new)),
    "__init__": Native("Module.__init__", _init),
    "__call__": Native("Module.__call__", _call_module),
    "__setattr__": Native("Module.__setattr__", _set_attribute),
    "__getattr__": Native("Module.__getattr__", _get_attribute),
    "forward": Native("Module.forward", _forward),
    "register_buffer": Native("Module.register_buffer", _register_buffer),
    "register_parameter": Native("Module.register_parameter", _register_parameter),
    "add_module": Native("Module.add_module", _add_module),
    "register_module": Native("Module.register_module", _add_module),
    "children": Native("Module.children", _children),
    "named_children": Native("Module.named_children", _named_children),
    "modules": Native("Module.modules", _modules),
    "named_modules": Native("Module.named_modules", _named_modules),
    "parameters": Native("Module.parameters", _plain_list(buffers=False)),
    "named_parameters": Native("Module.named_parameters", _named(buffers=False)),
    "buffers": Native("Module.buffers", _plain_list(buffers=True)),
    "named_buffers": Native("Module.named_buffers", _named(buffers=True)),
    "state_dict": Native("Module.state_dict", _state),
    "apply": Native("Module.apply", _apply),
    "get_submodule": Native("Module.get_submodule", _get_submodule),
    "get_parameter": Native("Module.get_parameter", _get_tensor),
    "get_buffer": Native("Module.get_buffer", _get_tensor),
    "train": Native("Module.train", _train),
    "eval": Native("Module.eval", lambda machine, module: _train(machine, module, False)),
    **{
        name: Native(f"Module.{name}", _same)
        for name in ("to", "cuda", "cpu", "float", "half", "bfloat16", "double", "type", "requires_grad_", "to_empty")
    },
    "register_forward_hook": Native("Module.register_forward_hook", _hook("hooks")),
    "register_forward_pre_hook": Native("Module.register_forward_pre_hook", _hook("pre_hooks")),
    **{
        name: Native(f"Module.{name}", _nothing)
        for name in (
            "register_full_backward_hook",
            "register_load_state_dict_post_hook",
            "register_state_dict_post_hook",
            "_register_load_state_dict_pre_hook",
            "register_load_state_dict_pre_hook",
            "_register_state_dict_hook",
            "zero_grad",
            "load_state_dict",
            "compile",
            "share_memory",
        )
    },
}
