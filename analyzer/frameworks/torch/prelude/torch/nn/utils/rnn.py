from collections import namedtuple

import torch

PackedSequence_ = namedtuple("PackedSequence_", ["data", "batch_sizes", "sorted_indices", "unsorted_indices"])


class PackedSequence(PackedSequence_):
    def __new__(cls, data, batch_sizes=None, sorted_indices=None, unsorted_indices=None):
        if unsorted_indices is None:
            unsorted_indices = invert_permutation(sorted_indices)
        return super().__new__(cls, data, batch_sizes, sorted_indices, unsorted_indices)


def invert_permutation(permutation):
    if permutation is None:
        return None
    return torch.argsort(permutation)


def pad_sequence(sequences, batch_first=False, padding_value=0.0, padding_side="right"):
    longest = max(sequence.size(0) for sequence in sequences)
    first = sequences[0]
    shape = (longest, len(sequences), *first.shape[1:])
    if batch_first:
        shape = (len(sequences), longest, *first.shape[1:])
    padded = torch.full(shape, padding_value, dtype=first.dtype, device=first.device)
    for index, sequence in enumerate(sequences):
        length = sequence.size(0)
        rows = slice(0, length) if padding_side == "right" else slice(longest - length, longest)
        if batch_first:
            padded[index, rows] = sequence
        else:
            padded[rows, index] = sequence
    return padded


def unpad_sequence(padded_sequences, lengths, batch_first=False):
    if not batch_first:
        padded_sequences = padded_sequences.transpose(0, 1)
    return [sequence[: int(length)] for sequence, length in zip(padded_sequences, lengths)]


def pack_padded_sequence(input, lengths, batch_first=False, enforce_sorted=True):
    lengths = torch.as_tensor(lengths, dtype=torch.int64)
    order = None
    if not enforce_sorted:
        lengths, order = torch.sort(lengths, descending=True)
        input = input.index_select(0 if batch_first else 1, order)
    if batch_first:
        input = input.transpose(0, 1)
    steps = torch.arange(input.size(0))
    present = steps.unsqueeze(1) < lengths.unsqueeze(0)
    return PackedSequence(input[present], present.sum(dim=1), order, None)


def pad_packed_sequence(sequence, batch_first=False, padding_value=0.0, total_length=None):
    data, sizes, _, unsorted = sequence
    steps = len(sizes) if total_length is None else total_length
    batch = int(sizes[0])
    present = torch.arange(batch).unsqueeze(0) < sizes.unsqueeze(1)
    padded = torch.full((steps, batch, *data.shape[1:]), padding_value, dtype=data.dtype, device=data.device)
    padded[: len(sizes)][present] = data
    lengths = present.sum(dim=0)
    if unsorted is not None:
        padded, lengths = padded.index_select(1, unsorted), lengths.index_select(0, unsorted)
    return (padded.transpose(0, 1) if batch_first else padded), lengths


def pack_sequence(sequences, enforce_sorted=True):
    lengths = [sequence.size(0) for sequence in sequences]
    return pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences):
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)
