from torch.distributions.distribution import Independent as Independent
