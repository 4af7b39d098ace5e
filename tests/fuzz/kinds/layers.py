"""Templates of what models do, for the grammar of ``tests/programs``: expressions with tensors and modules."""

from __future__ import annotations

from tests.programs import expressions

_TENSOR = """
<tensor> + <tensor>
<tensor> - <tensor>
<tensor> * <tensor>
<tensor> * <float>
<tensor> / <int>
<tensor> @ <tensor>.transpose(-1, -2)
<tensor> ** <int>
-<tensor>
torch.matmul(<tensor>, <tensor>.mT) * <float>
torch.softmax(<tensor>, dim=<int>)
F.softmax(<tensor>, dim=-1, dtype=torch.float32).to(<tensor>.dtype)
<tensor>.view(<shape>)
<tensor>.reshape(*<shape>, -1)
<tensor>.permute(<int>, <int>, <int>)
<tensor>.transpose(<int>, <int>)
<tensor>.unsqueeze(<int>).expand(<shape>)
<tensor>.flatten(<int>)
<tensor>.mean(<int>, keepdim=<bool>)
<tensor>.pow(2).mean(-1, keepdim=True)
<tensor>.sum()
<tensor>.float().rsqrt().type_as(<tensor>)
<tensor>[..., :<int>]
<tensor>[:, <int>]
<tensor>[<bool>]
<tensor>[<tensor> > <float>]
<tensor>.chunk(<int>, dim=-1)[<int>]
<tensor>.split(<int>, -1)[0]
<tensor>.repeat(<shape>)
<tensor>.repeat_interleave(<int>, dim=<int>)
<tensor>.masked_fill(<tensor> < 0, float('-inf'))
<tensor>.to(torch.float16)
<tensor>.contiguous().clone().detach()
torch.cat([<tensor>, <tensor>], dim=<int>)
torch.stack((<tensor>, <tensor>), <int>)
torch.where(<tensor> > <float>, <tensor>, <tensor>)
torch.einsum('bij,bkj->bik', <tensor>, <tensor>)
torch.zeros(<shape>)
torch.zeros_like(<tensor>)
torch.full((<int>, <int>), <float>)
torch.arange(<int>).float()
torch.tril(torch.ones(<int>, <int>)) * <tensor>
torch.outer(torch.arange(<int>), <tensor>)
torch.tensor(<list>)
torch.topk(<tensor>, <int>, dim=-1).values
torch.clamp(<tensor>, <float>, <float>)
F.gelu(<tensor>)
F.silu(<tensor>) * <tensor>
F.layer_norm(<tensor>, (<int>,))
F.dropout(<tensor>, <float>, training=<bool>)
F.pad(<tensor>, (<int>, <int>))
F.linear(<tensor>, <tensor>)
F.scaled_dot_product_attention(<tensor>, <tensor>, <tensor>, is_causal=<bool>)
F.one_hot(<tensor>.long(), <int>)
einops.rearrange(<tensor>, 'b n (h d) -> b h n d', h=<int>)
self.lin(<tensor>)
self.norm(<tensor>)
<module>(<tensor>)
<tensor> if <bool> else <tensor>
(lambda @1: <tensor @1>)(<tensor>)
[<tensor>, <tensor>][<int>]
sum([<tensor>, <tensor>])
"""
_MODULE = """
nn.Linear(<int>, <int>, bias=<bool>)
nn.LayerNorm(<int>, eps=<float>)
nn.LayerNorm(<list>)
nn.Embedding(<int>, <int>)
nn.Dropout(<float>)
nn.GELU()
nn.Sequential(<module>, <module>)
nn.Sequential(*[<module> for _ in range(<int> % 4)])
nn.ModuleList([<module> for _ in range(<int> % 4)])
nn.ModuleDict({<str>: <module>})
nn.Conv1d(<int>, <int>, <int>, padding=<int>)
nn.MultiheadAttention(<int>, <int>)
nn.GRU(<int>, <int>)
nn.RMSNorm(<int>)
nn.Parameter(<tensor>)
nn.Identity()
Block(<int>, rate=<float>)
type(<str>, (nn.Linear,), <dict>)(<int>, <int>)
<module> if <bool> else <module>
getattr(self, <str>, <module>)
"""
_MORE_INT = """
<tensor>.shape[<int>]
<tensor>.size(-1)
<tensor>.dim()
<tensor>.numel() // <int>
int(<tensor>.sum())
<shape>[<int>]
self.size // self.heads
"""
_MORE_FLOAT = """
<tensor>.mean().item()
<int> ** -0.5
1 / math.sqrt(<int>)
"""
_MORE_BOOL = """
self.training
<tensor>.shape == <shape>
(<tensor> > <float>).all()
isinstance(<any>, torch.Tensor)
hasattr(self, <str>)
<any> is None
"""
_SHAPE = """
<tensor>.shape
<tensor>.size()
(<int>, <int>)
(*<tensor>.shape[:-1], <int>, -1)
torch.Size(<list>)
"""
LEAVES: dict[str, tuple[str, ...]] = {
    **expressions.LEAVES,
    "int": (*expressions.LEAVES["int"], "self.size", "self.heads", "8", "4"),
    "tensor": ("self.lin.weight", "torch.ones(2, 8)", "torch.randn(2, 3, 8)", "torch.arange(8)"),
    "module": ("self.lin", "self.norm", "nn.Linear(8, 8)", "Block()"),
    "shape": ("(2, 3, 8)", "(-1, 8)", "()", "(2, 3, 2, 4)"),
}
INNER: dict[str, tuple[str, ...]] = {
    **expressions.INNER,
    "int": (*expressions.INNER["int"], *_MORE_INT.strip().splitlines()),
    "float": (*expressions.INNER["float"], *_MORE_FLOAT.strip().splitlines()),
    "bool": (*expressions.INNER["bool"], *_MORE_BOOL.strip().splitlines()),
    "tensor": tuple(_TENSOR.strip().splitlines()),
    "module": tuple(_MODULE.strip().splitlines()),
    "shape": tuple(_SHAPE.strip().splitlines()),
}
MODEL_STATEMENTS = """
<new tensor> = <tensor>
---
<new module> = <module>
---
<var tensor> = <tensor>
---
<var tensor> += <tensor>
---
<var tensor>[..., <int>] = <tensor>
---
self.@1 = <module>
---
self.add_module(<str>, <module>)
---
self.register_buffer('@1', <tensor>, persistent=<bool>)
---
self.@1 = nn.Parameter(<tensor>)
---
setattr(self, f'@1_{ <leaf int>}', <module>)
---
nn.init.normal_(self.lin.weight, std=<float>)
---
@1, @2 = <tensor>.chunk(2, -1)
---
@1, @2, @3 = <tensor>.shape
"""
MODEL_FLOW = """
for @1 in range(<int> % 5):
    <block int:@1>
---
for @1 in <module>:
    <block module:@1>
---
for @1, @2 in enumerate(<tensor>):
    <block int:@1 tensor:@2>
---
if <bool>:
    <block>
else:
    <block>
---
if <tensor>.sum() > <float>:
    <block>
---
while <tensor>.mean() < <float>:
    <block>
---
with torch.no_grad():
    <block>
---
try:
    <block>
except (RuntimeError, ValueError) as @1:
    <block>
---
def @1(@2, @3=<int>):
    <body tensor:@2 int:@3>
@1(<tensor>)
---
@1 = [<tensor @2> for @2 in <list>]
"""
