import torch
import torch.nn.functional as F
from torch.distributions.distribution import Distribution


class Categorical(Distribution):
    def __init__(self, probs=None, logits=None, validate_args=None):
        if probs is not None:
            self.probs = probs / probs.sum(-1, keepdim=True)
            self.logits = torch.log(self.probs)
        else:
            self.logits = logits - logits.logsumexp(dim=-1, keepdim=True)
            self.probs = F.softmax(self.logits, dim=-1)
        super().__init__(self.logits.shape[:-1])

    def sample(self, sample_shape=()):
        flat = self.probs.reshape(-1, self.probs.size(-1))
        count = 1
        for size in sample_shape:
            count = count * size
        return torch.multinomial(flat, count, True).T.reshape(self._extended_shape(sample_shape))

    def log_prob(self, value):
        return self.logits.gather(-1, value.long().unsqueeze(-1)).squeeze(-1)

    def entropy(self):
        logits = torch.clamp(self.logits, min=torch.finfo(self.logits.dtype).min)
        return -(logits * self.probs).sum(-1)


class Bernoulli(Distribution):
    def __init__(self, probs=None, logits=None, validate_args=None):
        self.probs = torch.as_tensor(probs) if probs is not None else torch.sigmoid(logits)
        super().__init__(self.probs.size())

    @property
    def mean(self):
        return self.probs

    def sample(self, sample_shape=()):
        return torch.bernoulli(self.probs.expand(self._extended_shape(sample_shape)))


class RelaxedBernoulli(Distribution):
    def __init__(self, temperature, probs=None, logits=None, validate_args=None):
        self.temperature = temperature
        self.logits = logits if logits is not None else torch.log(probs) - torch.log1p(-probs)
        super().__init__(self.logits.size())

    def rsample(self, sample_shape=()):
        draw = torch.rand(self._extended_shape(sample_shape), dtype=self.logits.dtype)
        return torch.sigmoid((torch.log(draw) - torch.log1p(-draw) + self.logits) / self.temperature)


class RelaxedOneHotCategorical(Distribution):
    def __init__(self, temperature, probs=None, logits=None, validate_args=None):
        self.temperature = temperature
        self.logits = logits if logits is not None else torch.log(probs)
        super().__init__(self.logits.shape[:-1], self.logits.shape[-1:])

    def rsample(self, sample_shape=()):
        draw = torch.rand(self._extended_shape(sample_shape), dtype=self.logits.dtype)
        return F.softmax((self.logits - torch.log(-torch.log(draw))) / self.temperature, dim=-1)
