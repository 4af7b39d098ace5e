from torch._modes import autocast as autocast
from torch._modes import unchanged as custom_bwd
from torch._modes import unchanged as custom_fwd
from torch.amp import GradScaler as GradScaler
