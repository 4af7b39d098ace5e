from torch.distributed.tensor.placement_types import Partial as Partial
from torch.distributed.tensor.placement_types import Placement as Placement
from torch.distributed.tensor.placement_types import Replicate as Replicate
from torch.distributed.tensor.placement_types import Shard as Shard


class DTensor:
    """No tensor of a program that runs on one device is one of these."""


def distribute_tensor(tensor, device_mesh=None, placements=None):
    return tensor
