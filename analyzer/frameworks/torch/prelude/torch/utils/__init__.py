from torch.utils import _pytree, checkpoint, data, hooks
