"""The closed set of canonical operations, one word for all spellings (functional, method, operator, module)."""

from enum import StrEnum


class OpKind(StrEnum):
    # sources of tensors
    INPUT = "input"
    PARAMETER = "parameter"
    BUFFER = "buffer"
    CREATE = "create"
    """zeros, ones, full, empty, eye, tensor and their ``_like`` and ``new_`` forms (``fill`` where constant)."""
    ARANGE = "arange"
    RANDOM = "random"
    # element-wise arithmetic
    ADD = "add"
    SUB = "sub"
    MUL = "mul"
    DIV = "div"
    POW = "pow"
    NEG = "neg"
    ABS = "abs"
    SQRT = "sqrt"
    RSQRT = "rsqrt"
    RECIPROCAL = "reciprocal"
    SQUARE = "square"
    EXP = "exp"
    LOG = "log"
    SIN = "sin"
    COS = "cos"
    ERF = "erf"
    MAXIMUM = "maximum"
    MINIMUM = "minimum"
    CLAMP = "clamp"
    ROUND = "round"
    """floor, ceil, round, trunc, floor division and remainder."""
    COMPARE = "compare"
    LOGICAL = "logical"
    ELEMENTWISE = "elementwise"
    """Any other function applied element by element."""
    # activations
    SIGMOID = "sigmoid"
    TANH = "tanh"
    RELU = "relu"
    GELU = "gelu"
    SILU = "silu"
    SOFTPLUS = "softplus"
    GLU = "glu"
    ACTIVATION = "activation"
    """Any other named activation (``target`` says which)."""
    SOFTMAX = "softmax"
    # products
    LINEAR = "linear"
    MATMUL = "matmul"
    """matmul, bmm, mm, baddbmm, outer products of matrices."""
    EINSUM = "einsum"
    CONV = "conv"
    ATTENTION = "attention"
    """A fused attention call (scaled_dot_product_attention, multi_head_attention_forward)."""
    EMBEDDING = "embedding"
    RECURRENT = "recurrent"
    """lstm, gru."""
    # reductions
    SUM = "sum"
    MEAN = "mean"
    VAR = "var"
    STD = "std"
    NORM = "norm"
    """A vector or matrix norm (not a normalisation)."""
    AMAX = "amax"
    AMIN = "amin"
    PROD = "prod"
    REDUCE = "reduce"
    """Any other reduction: all, any, logsumexp, count_nonzero ..."""
    CUMULATIVE = "cumulative"
    # normalisations as one call
    LAYER_NORM = "layer_norm"
    RMS_NORM = "rms_norm"
    BATCH_NORM = "batch_norm"
    GROUP_NORM = "group_norm"
    NORMALIZE = "normalize"
    # shape and layout
    RESHAPE = "reshape"
    """view, reshape, flatten, unflatten."""
    TRANSPOSE = "transpose"
    """transpose, permute, movedim, T."""
    EXPAND = "expand"
    SQUEEZE = "squeeze"
    UNSQUEEZE = "unsqueeze"
    REPEAT = "repeat"
    """repeat, repeat_interleave, tile."""
    CAT = "cat"
    STACK = "stack"
    SPLIT = "split"
    """split, chunk, unbind, tensor_split."""
    SLICE = "slice"
    """Indexing by integers, slices, None and Ellipsis only."""
    FLIP = "flip"
    ROLL = "roll"
    PAD = "pad"
    FOLD = "fold"
    """fold, unfold, pixel_shuffle, as_strided."""
    # selection
    INDEX = "index"
    """Indexing that involves a tensor."""
    GATHER = "gather"
    SCATTER = "scatter"
    """scatter, index_add, index_copy, assignment to an index, masked_scatter."""
    WHERE = "where"
    MASKED_FILL = "masked_fill"
    TOPK = "topk"
    SORT = "sort"
    ARGMAX = "argmax"
    NONZERO = "nonzero"
    ONE_HOT = "one_hot"
    TRIANGLE = "triangle"
    """tril, triu."""
    # types and memory
    CAST = "cast"
    """A change of element type (or device)."""
    COPY = "copy"
    """clone, contiguous, detach: the same values."""
    COMPLEX = "complex"
    """view_as_complex, view_as_real, polar, complex."""
    DROPOUT = "dropout"
    POOL = "pool"
    INTERPOLATE = "interpolate"
    FOURIER = "fourier"
    """A Fourier transform of whatever kind, or back."""
    # others
    JOIN = "join"
    """Either of its operands, depending on data."""
    HOST = "host"
    """Leaves the graph: item, tolist, bool of a tensor."""
    LOSS = "loss"
    OTHER = "other"
    """Known, with a known shape, and of no structural interest."""
    UNKNOWN = "unknown"
    """Not understood: operands are kept, the shape is not to be trusted."""


class Group:
    """Named sets of kinds that queries pass through or look for."""

    CAST = frozenset({OpKind.CAST, OpKind.COPY})
    LAYOUT = frozenset(
        {
            OpKind.RESHAPE,
            OpKind.TRANSPOSE,
            OpKind.EXPAND,
            OpKind.SQUEEZE,
            OpKind.UNSQUEEZE,
            OpKind.REPEAT,
            OpKind.CAST,
            OpKind.COPY,
            OpKind.DROPOUT,
        }
    )
    SELECTION = frozenset({OpKind.SLICE, OpKind.SPLIT, OpKind.INDEX, OpKind.GATHER})
    PRODUCT = frozenset({OpKind.LINEAR, OpKind.MATMUL, OpKind.EINSUM, OpKind.CONV})
    ACTIVATION = frozenset(
        {
            OpKind.SIGMOID,
            OpKind.TANH,
            OpKind.RELU,
            OpKind.GELU,
            OpKind.SILU,
            OpKind.SOFTPLUS,
            OpKind.ACTIVATION,
        }
    )
    NORMALISATION = frozenset(
        {OpKind.LAYER_NORM, OpKind.RMS_NORM, OpKind.BATCH_NORM, OpKind.GROUP_NORM, OpKind.NORMALIZE}
    )
    SOURCE = frozenset({OpKind.INPUT, OpKind.PARAMETER, OpKind.BUFFER, OpKind.CREATE, OpKind.ARANGE, OpKind.RANDOM})
