"""What is to be known of torch."""

from __future__ import annotations

from pathlib import Path

from analyzer.frameworks.torch.natives.names import ALIASES, NAMES, VERSION, torch_classes
from analyzer.frameworks.torch.natives.tensors import TENSOR
from analyzer.frameworks.torch.operations import OPERATIONS
from analyzer.frameworks.torch.reserved import RESERVED
from analyzer.graph import Dtype
from analyzer.library.framework import Framework, Natives, Roles
from analyzer.names.naming import Naming
from analyzer.values import Device

TORCH = Framework(
    name="torch",
    naming=Naming(
        roots=frozenset({"torch"}),
        modules=("torch.nn.", "torch._native."),
        abstract=frozenset({"Module", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict"}),
        call="forward",
    ),
    installed={"torch": VERSION},
    operations=OPERATIONS,
    natives=Natives(
        names=NAMES,
        aliases=ALIASES,
        classes=torch_classes,
        types={Dtype: "torch.dtype", Device: "torch.device"},
        providing=("torch.nn.functional", "torch.nn.init", "torch.linalg", "torch.fft", "torch.special"),
    ),
    tensor=TENSOR,
    roles=Roles(
        module="torch.nn.Module",
        tensor="torch.Tensor",
        parameter="torch.nn.Parameter",
        context="torch.no_grad",
        identity=("torch.nn", "Identity"),
    ),
    prelude=Path(__file__).parent / "prelude",
    reserved=RESERVED,
)
