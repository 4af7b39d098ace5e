from einops.einops import einsum, pack, parse_shape, rearrange, reduce, repeat, unpack
