import torch
from einops._pattern import merge_axes, order_axes, plan, split_axes


def rearrange(tensor, pattern, **axes_lengths):
    if isinstance(tensor, (list, tuple)):
        tensor = torch.stack(tensor)
    source, target, sizes = plan(pattern, tensor, axes_lengths)
    tensor, names = split_axes(tensor, source, sizes)
    tensor = order_axes(tensor, names, [name for group in target for name in group])
    return merge_axes(tensor, target, sizes)


def repeat(tensor, pattern, **axes_lengths):
    source, target, sizes = plan(pattern, tensor, axes_lengths)
    tensor, names = split_axes(tensor, source, sizes)
    wanted = [name for group in target for name in group]
    tensor = order_axes(tensor, names, [name for name in wanted if name in names])
    shape = []
    for position, name in enumerate(wanted):
        if name not in names:
            tensor = tensor.unsqueeze(position)
        shape.append(int(name) if name.isdigit() else sizes[name])
    return merge_axes(tensor.expand(shape), target, sizes)


def reduce(tensor, pattern, reduction, **axes_lengths):
    source, target, sizes = plan(pattern, tensor, axes_lengths)
    tensor, names = split_axes(tensor, source, sizes)
    wanted = [name for group in target for name in group]
    gone = [position for position, name in enumerate(names) if name not in wanted]
    if gone:
        if callable(reduction):
            tensor = reduction(tensor, tuple(gone))
        elif reduction in ("max", "min"):
            tensor = torch.amax(tensor, gone) if reduction == "max" else torch.amin(tensor, gone)
        else:
            tensor = getattr(tensor, reduction)(dim=gone)
    left = [name for name in names if name in wanted]
    return merge_axes(order_axes(tensor, left, wanted), target, sizes)


def einsum(*tensors_and_pattern):
    *tensors, pattern = tensors_and_pattern
    left, right = pattern.split("->")
    letters = {}
    for name in left.replace(",", " ").split() + right.split():
        if name != "..." and name not in letters:
            letters[name] = "abcdefghijklmnopqrstuvwxyz"[len(letters)]
    short = ["".join(letters.get(name, name) for name in part.split()) for part in [*left.split(","), right]]
    return torch.einsum(",".join(short[:-1]) + "->" + short[-1], *tensors)


def parse_shape(x, pattern):
    return {name: size for name, size in zip(pattern.split(), x.shape) if name != "_"}


def pack(tensors, pattern):
    before = pattern.split().index("*")
    after = len(pattern.split()) - before - 1
    shapes = [tuple(tensor.shape[before : tensor.dim() - after]) for tensor in tensors]
    flat = [tensor.reshape([*tensor.shape[:before], -1, *tensor.shape[tensor.dim() - after :]]) for tensor in tensors]
    return torch.cat(flat, dim=before), shapes


def unpack(tensor, packed_shapes, pattern):
    before = pattern.split().index("*")
    lengths = []
    for shape in packed_shapes:
        length = 1
        for size in shape:
            length = length * size
        lengths.append(length)
    parts = torch.split(tensor, lengths, dim=before)
    return [
        part.reshape([*part.shape[:before], *shape, *part.shape[before + 1 :]])
        for part, shape in zip(parts, packed_shapes)
    ]
