import math
from collections import namedtuple

import torch

_DEFAULT_SPARSE_BLOCK_SIZE = 128
AuxRequest = namedtuple("AuxRequest", ["lse", "max_scores"], defaults=[False, False])


class BlockMask:
    """A mask given by a function of (batch, head, query, key)."""

    def __init__(self, shape, mask_mod, device=None):
        self.shape = shape
        self.mask_mod = mask_mod
        self.device = device
        self.seq_lengths = shape[-2:]
        self.BLOCK_SIZE = (_DEFAULT_SPARSE_BLOCK_SIZE, _DEFAULT_SPARSE_BLOCK_SIZE)

    def to(self, device):
        return self


def create_block_mask(mask_mod, B, H, Q_LEN, KV_LEN, device="cuda", BLOCK_SIZE=128, _compile=False):
    return BlockMask((B or 1, H or 1, Q_LEN, KV_LEN), mask_mod, device)


def create_mask(mod_fn, B, H, Q_LEN, KV_LEN, device="cuda"):
    batch = torch.arange(B or 1, device=device).view(-1, 1, 1, 1)
    head = torch.arange(H or 1, device=device).view(1, -1, 1, 1)
    query = torch.arange(Q_LEN, device=device).view(1, 1, -1, 1)
    key = torch.arange(KV_LEN, device=device).view(1, 1, 1, -1)
    return mod_fn(batch, head, query, key)


def flex_attention(
    query,
    key,
    value,
    score_mod=None,
    block_mask=None,
    scale=None,
    enable_gqa=False,
    return_lse=False,
    kernel_options=None,
    return_aux=None,
):
    if enable_gqa:
        groups = query.size(1) // key.size(1)
        key, value = key.repeat_interleave(groups, dim=1), value.repeat_interleave(groups, dim=1)
    scale = 1 / math.sqrt(query.size(-1)) if scale is None else scale
    scores = torch.matmul(query, key.transpose(-2, -1)) * scale
    length, width = scores.size(-2), scores.size(-1)
    batch = torch.arange(scores.size(0)).view(-1, 1, 1, 1)
    head = torch.arange(scores.size(1)).view(1, -1, 1, 1)
    row = torch.arange(length).view(1, 1, -1, 1)
    column = torch.arange(width).view(1, 1, 1, -1)
    if score_mod is not None:
        scores = score_mod(scores, batch, head, row, column)
    if block_mask is not None:
        scores = scores.masked_fill(~block_mask.mask_mod(batch, head, row, column), float("-inf"))
    output = torch.matmul(torch.softmax(scores, dim=-1), value)
    return (output, torch.logsumexp(scores, dim=-1)) if return_lse else output
