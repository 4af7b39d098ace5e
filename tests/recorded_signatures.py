"""Kinds and parameter names of the calls that occur in recorded runs."""

from __future__ import annotations

from functools import cache

from analyzer.graph import OpKind

# kind: call(parameters) ...; a trailing parameter with * takes all further positional arguments
TABLE = """
add: add(input other alpha) __radd__(input other)
sub: sub(input other alpha) __rsub__(input other) rsub(input other)
mul: mul(input other) multiply(input other)
div: div(input other) __rtruediv__(input other)
pow: pow(input exponent) __pow__(input exponent) __rpow__(input other)
neg: neg(input)
abs: abs(input)
sqrt: sqrt(input)
rsqrt: rsqrt(input)
reciprocal: reciprocal(input)
square: square(input)
exp: exp(input)
log: log(input) log1p(input)
sin: sin(input)
cos: cos(input)
erf: erf(input)
maximum: maximum(input other)
minimum: minimum(input other)
clamp: clamp(input min max) hardtanh(input min_val max_val) clamp_min(input min)
round: floor(input) ceil(input) round(input) trunc(input) __floordiv__(input other) remainder(input other)
  __rfloordiv__(input other) floor_divide(input other)
compare: __eq__(input other) eq(input other) ne(input other) lt(input other) le(input other) gt(input other)
  ge(input other) greater(input other) isin(elements test_elements)
logical: __and__(input other) __or__(input other) __ior__(input other) __invert__(input) logical_and(input other)
  logical_not(input) __xor__(input other)
elementwise: erfinv(input) nan_to_num(input)
sigmoid: sigmoid(input)
tanh: tanh(input)
relu: relu(input inplace)
gelu: gelu(input approximate)
silu: silu(input inplace)
softplus: softplus(input beta threshold)
glu: glu(input dim)
activation: leaky_relu(input negative_slope) elu(input alpha) hardswish(input) hardsigmoid(input) prelu(input weight)
  logsigmoid(input)
softmax: softmax(input dim)
linear: linear(input weight bias) addmm(input mat1 mat2)
matmul: matmul(input other) bmm(input mat2) mm(input mat2) baddbmm(input batch1 batch2) outer(input vec2)
einsum: einsum(equation operands*)
conv: conv1d(input weight bias stride padding dilation groups) conv2d(input weight bias stride padding dilation groups)
  conv3d(input weight bias stride padding dilation groups) conv_transpose1d(input weight bias)
  conv_transpose2d(input weight bias)
attention: scaled_dot_product_attention(query key value attn_mask dropout_p is_causal scale)
  multi_head_attention_forward(query key value embed_dim_to_check num_heads in_proj_weight in_proj_bias bias_k bias_v
  add_zero_attn dropout_p out_proj_weight out_proj_bias)
embedding: embedding(input weight padding_idx)
recurrent: lstm(input)
sum: sum(input dim keepdim)
mean: mean(input dim keepdim)
var: var(input dim)
std: std(input dim)
norm: norm(input p dim keepdim) vector_norm(input ord dim) linalg.norm(input ord dim)
amax: amax(input dim keepdim) max(input dim keepdim)
amin: amin(input dim keepdim) min(input dim keepdim)
prod: prod(input dim)
reduce: all(input dim) any(input dim) logsumexp(input dim keepdim) _is_all_true(input)
cumulative: cumsum(input dim) cummax(input dim) cummin(input dim) diff(input n dim)
layer_norm: layer_norm(input normalized_shape weight bias eps)
rms_norm: rms_norm(input normalized_shape weight eps)
batch_norm: batch_norm(input running_mean running_var weight bias)
group_norm: group_norm(input num_groups weight bias eps)
normalize: normalize(input p dim eps)
reshape: view(input shape*) reshape(input shape*) flatten(input start_dim end_dim) unflatten(input dim sizes)
  reshape_as(input other) view_as(input other)
transpose: transpose(input dim0 dim1) permute(input dims*) T(input) t(input) movedim(input source destination)
expand: expand(input sizes*) expand_as(input other) broadcast_tensors(tensors*)
squeeze: squeeze(input dim)
unsqueeze: unsqueeze(input dim)
repeat: repeat(input repeats*) repeat_interleave(input repeats dim) tile(input dims*)
cat: cat(tensors dim) concat(tensors dim) concatenate(tensors dim)
stack: stack(tensors dim)
split: split(input split_size_or_sections dim) chunk(input chunks dim) unbind(input dim)
slice: narrow(input dim start length)
flip: flip(input dims*)
roll: roll(input shifts dims)
pad: pad(input pad mode value)
fold: fold(input output_size kernel_size) unfold(input kernel_size) as_strided(input size stride)
index: __getitem__(input index) index_select(input dim index)
gather: gather(input dim index)
scatter: scatter(input dim index src) index_add(input dim index source) index_copy(input dim index source)
  __setitem__(input index value) masked_scatter(input mask source) scatter_add(input dim index src)
  scatter_reduce(input dim index src) copy_(input src)
where: where(condition input other)
masked_fill: masked_fill(input mask value)
topk: topk(input k dim)
sort: sort(input dim) argsort(input dim)
argmax: argmax(input dim)
nonzero: nonzero(input)
one_hot: one_hot(input num_classes)
triangle: tril(input diagonal) triu(input diagonal)
cast: to(input) type(input dtype) float(input) half(input) long(input) int(input) bool(input) double(input)
  type_as(input other) bfloat16(input)
copy: contiguous(input) clone(input) detach(input) requires_grad_(input)
complex: view_as_complex(input) view_as_real(input) polar(abs angle)
dropout: dropout(input p training inplace)
create: zeros(size*) ones(size*) empty(size*) full(size fill_value) zeros_like(input) ones_like(input)
  full_like(input fill_value) empty_like(input) new_zeros(input size*) new_ones(input size*) new_empty(input size*)
  new_full(input size fill_value) new_tensor(input data) tensor(data) as_tensor(data) scalar_tensor(data) eye(n m)
arange: arange(start end step) linspace(start end steps)
random: randn(size*) randn_like(input)
pool: max_pool2d(input kernel_size) avg_pool2d(input kernel_size) avg_pool1d(input kernel_size)
  adaptive_avg_pool2d(input output_size) adaptive_avg_pool1d(input output_size)
interpolate: interpolate(input size) grid_sample(input grid)
host: item(input) tolist(input) __bool__(input) __len__(input) __int__(input) __float__(input)
loss: mse_loss(input target)
"""

ALIASES = {"where": ("condition", "input", "other"), "Tensor.where": ("input", "condition", "other")}


@cache
def _table() -> dict[str, tuple[OpKind, tuple[str, ...], bool]]:
    found: dict[str, tuple[OpKind, tuple[str, ...], bool]] = {}
    kind = OpKind.UNKNOWN
    for line in TABLE.replace("\n  ", " ").splitlines():
        if not line:
            continue
        word, _, calls = line.partition(":")
        kind = OpKind(word)
        for call in calls.split(")"):
            name, _, parameters = call.strip().partition("(")
            if name:
                names = tuple(parameters.replace("*", "").split())
                found[name] = (kind, names, parameters.endswith("*"))
    return found


@cache
def signature(target: str) -> tuple[OpKind, tuple[str, ...], bool]:
    """Kind, parameter names and whether the last one takes all further positional arguments."""
    table = _table()
    name = target
    for prefix in ("Tensor.", "nn.functional.", "functional.", "linalg."):
        name = name.removeprefix(prefix)
    if target in {"linalg.norm", "linalg.vector_norm"}:
        name = "vector_norm"
    kind, names, spread = table.get(name) or table.get(name.rstrip("_")) or (OpKind.UNKNOWN, ("input",), False)
    return kind, ALIASES.get(target, names), spread
