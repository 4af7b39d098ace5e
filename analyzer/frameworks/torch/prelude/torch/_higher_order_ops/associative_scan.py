import torch


def _leaves(tree):
    return [tree] if isinstance(tree, torch.Tensor) else list(tree)


def _like(tree, leaves):
    return leaves[0] if isinstance(tree, torch.Tensor) else type(tree)(leaves)


def associative_scan(combine_fn, xs, dim, reverse=False, combine_mode="pointwise"):
    """All prefixes of ``xs`` along ``dim`` under ``combine_fn``, one step after the other."""
    steps = [leaf.unbind(dim) for leaf in _leaves(xs)]
    order = list(range(len(steps[0])))
    if reverse:
        order.reverse()
    results = [None] * len(order)
    total = None
    for position in order:
        item = _like(xs, [step[position] for step in steps])
        total = item if total is None else combine_fn(total, item)
        results[position] = _leaves(total)
    return _like(xs, [torch.stack([row[index] for row in results], dim) for index in range(len(steps))])
