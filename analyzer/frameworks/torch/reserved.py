"""Names that torch calls, reads or passes."""

from __future__ import annotations

from analyzer.library.reserved import ReservedNames

RESERVED = ReservedNames(
    methods=frozenset(
        {
            *("forward", "extra_repr", "reset_parameters", "train", "eval", "to", "apply"),
            *("half", "float", "cuda", "cpu"),
        }
    ),
    attributes=frozenset(
        {
            *("training", "weight", "bias", "dtype", "device", "shape", "data", "grad", "requires_grad", "T", "name"),
            *("in_features", "out_features", "num_embeddings", "embedding_dim", "padding_idx", "normalized_shape"),
            *("kernel_size", "stride", "padding", "dilation", "groups", "in_channels", "out_channels", "inplace"),
            *("eps", "p"),
        }
    ),
    parameters=frozenset({"device", "dtype"}),
    tensor_members=frozenset(
        {
            *("abs", "add", "all", "amax", "amin", "any", "argmax", "argmin", "baddbmm", "bmm", "bool", "chunk"),
            *("clamp", "clone", "contiguous", "copy_", "cos", "cpu", "cumsum", "detach", "device", "diagonal", "dim"),
            *("div", "dtype", "eq", "erf", "exp", "expand", "expand_as", "fill_", "flatten", "flip", "float", "floor"),
            *("gather", "ge", "gt", "half", "index_add", "index_select", "int", "is_floating_point", "item", "le"),
            *("log", "logsumexp", "long", "lt", "masked_fill", "matmul", "max", "mean", "min", "mul", "multiply"),
            *("narrow", "ne", "neg", "new_ones", "new_tensor", "new_zeros", "nonzero", "norm", "normal_", "numel"),
            *("ones", "permute", "pow", "prod", "reciprocal", "relu", "repeat", "repeat_interleave", "reshape"),
            *("roll", "round", "rsqrt", "scatter", "scatter_", "select", "shape", "sigmoid", "sign", "sin", "size"),
            *("softmax", "sort", "split", "sqrt", "square", "squeeze", "stack", "std", "stride", "sub", "sum"),
            *("swapaxes", "t", "tanh", "to", "tolist", "topk", "transpose", "tril", "triu", "type", "unbind"),
            *("unflatten", "unfold", "uniform_", "unique", "unsqueeze", "var", "view", "where", "zero_", "zeros"),
        }
    ),
    registering=frozenset({"register_buffer", "register_parameter", "add_module", "register_module"}),
)
