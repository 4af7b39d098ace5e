"""The pattern language of rearrange, repeat and reduce."""


def parse(side):
    """One side of a pattern as a list of groups, each a list of axis names; ``...`` stands alone."""
    groups, current = [], None
    for token in side.replace("(", " ( ").replace(")", " ) ").split():
        if token == "(":
            current = []
        elif token == ")":
            groups.append(current)
            current = None
        elif current is not None:
            current.append(token)
        else:
            groups.append([] if token == "1" else [token])
    return groups


def _spread(groups, rank):
    """Replaces ``...`` by as many axes as the tensor has left over."""
    extra = [f"...{index}" for index in range(rank)]
    result = []
    for group in groups:
        if group == ["..."]:
            result.extend([name] for name in extra)
        elif "..." in group:
            at = group.index("...")
            result.append(group[:at] + extra + group[at + 1 :])
        else:
            result.append(group)
    return result


def _solve(groups, shape, sizes):
    """The size of each axis; at most one axis of a group may be left for division to tell."""
    sizes = dict(sizes)
    for group, total in zip(groups, shape):
        unknown = [name for name in group if name not in sizes and not name.isdigit()]
        if len(unknown) > 1:
            raise ValueError(f"sizes of {unknown} are not given")
        known = 1
        for name in group:
            if name not in unknown:
                known = known * (int(name) if name.isdigit() else sizes[name])
        if total % known:
            raise ValueError(f"an axis of length {total} can not be divided in chunks of {known}")
        if unknown:
            sizes[unknown[0]] = total // known if len(group) > 1 else total
    return sizes


def _product(names, sizes):
    total = 1
    for name in names:
        total = total * (int(name) if name.isdigit() else sizes[name])
    return total


def plan(pattern, tensor, sizes):
    """Source axes, target groups and the size of every axis of a pattern for one tensor."""
    left, right = pattern.split("->")
    source, target = parse(left), parse(right)
    rank = tensor.dim() - sum(1 for group in source if group != ["..."])
    source, target = _spread(source, rank), _spread(target, rank)
    if len(source) != tensor.dim():
        tensor.permute(list(range(len(source))))  # refuses a tensor of any other rank
        raise ValueError(f"{pattern!r} does not fit {tensor.dim()} dimensions")
    return source, target, _solve(source, tensor.shape, sizes)


def _is_plain(groups):
    return all(len(group) == 1 for group in groups)


def split_axes(tensor, source, sizes):
    """One dimension for each named axis of the left side."""
    names = [name for group in source for name in group]
    if not _is_plain(source):
        tensor = tensor.reshape([_product([name], sizes) for name in names])
    return tensor, names


def order_axes(tensor, names, wanted):
    order = [names.index(name) for name in wanted]
    return tensor if order == list(range(len(order))) else tensor.permute(order)


def merge_axes(tensor, target, sizes):
    if _is_plain(target):
        return tensor
    return tensor.reshape([_product(group, sizes) for group in target])
