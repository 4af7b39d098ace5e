import torch
import torch.nn.functional as F
from torch.distributions.distribution import Distribution, as_tensors


class NegativeBinomial(Distribution):
    def __init__(self, total_count, probs=None, logits=None, validate_args=None):
        if logits is None:
            probs = torch.as_tensor(probs)
            logits = torch.log(probs) - torch.log1p(-probs)
        self.total_count, self.logits = as_tensors(total_count, logits)
        super().__init__(self.logits.size())

    @property
    def probs(self):
        return torch.sigmoid(self.logits)

    @property
    def mean(self):
        return self.total_count * torch.exp(self.logits)

    @property
    def variance(self):
        return self.mean / torch.sigmoid(-self.logits)

    def sample(self, sample_shape=()):
        return torch.empty(self._extended_shape(sample_shape), dtype=self.logits.dtype)

    def log_prob(self, value):
        unnormalised = self.total_count * F.logsigmoid(-self.logits) + value * F.logsigmoid(self.logits)
        total, one = self.total_count + value, 1.0 + value
        return unnormalised + torch.lgamma(total) - torch.lgamma(one) - torch.lgamma(self.total_count)
