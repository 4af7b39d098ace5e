from typing import Any

from torch._modes import nothing

Context = Any
PyTree = Any
register_pytree_node = _register_pytree_node = register_dataclass = nothing


class TreeSpec:
    def __init__(self, kind, context, children):
        self.type, self.context, self.children = kind, context, children


def _children(tree):
    """The parts of a container and what is needed to put them together again; None for a leaf."""
    if isinstance(tree, dict):
        return list(tree.values()), list(tree)
    if isinstance(tree, (list, tuple)):
        return list(tree), None
    return None


def tree_flatten(tree, is_leaf=None):
    parts = None if is_leaf is not None and is_leaf(tree) else _children(tree)
    if parts is None:
        return [tree], TreeSpec(None, None, [])
    leaves, specs = [], []
    for child in parts[0]:
        child_leaves, spec = tree_flatten(child, is_leaf)
        leaves.extend(child_leaves)
        specs.append(spec)
    return leaves, TreeSpec(type(tree), parts[1], specs)


def _rebuild(leaves, spec):
    if spec.type is None:
        return leaves.pop(0)
    children = [_rebuild(leaves, child) for child in spec.children]
    if spec.context is not None:
        return spec.type(zip(spec.context, children))
    return spec.type(*children) if hasattr(spec.type, "_fields") else spec.type(children)


def tree_unflatten(leaves, treespec):
    return _rebuild(list(leaves), treespec)


def tree_leaves(tree, is_leaf=None):
    return tree_flatten(tree, is_leaf)[0]


def tree_map(func, tree, *rests, is_leaf=None):
    leaves, spec = tree_flatten(tree, is_leaf)
    others = [tree_flatten(rest, is_leaf)[0] for rest in rests]
    return tree_unflatten([func(*items) for items in zip(leaves, *others)], spec)


def tree_map_only(kind, func, tree, is_leaf=None):
    return tree_map(lambda leaf: func(leaf) if isinstance(leaf, kind) else leaf, tree, is_leaf=is_leaf)


def _dict_flatten(tree):
    return list(tree.values()), list(tree)


def _dict_flatten_with_keys(tree):
    return list(tree.items()), list(tree)


def _dict_unflatten(values, context):
    return dict(zip(context, values))
