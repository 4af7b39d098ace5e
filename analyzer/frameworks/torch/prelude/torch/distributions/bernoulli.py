from torch.distributions.categorical import Bernoulli as Bernoulli
