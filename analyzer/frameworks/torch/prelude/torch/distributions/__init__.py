from torch.distributions import constraints
from torch.distributions.beta import Beta
from torch.distributions.categorical import Bernoulli, Categorical, RelaxedBernoulli, RelaxedOneHotCategorical
from torch.distributions.distribution import Distribution, Independent
from torch.distributions.gumbel import Gumbel
from torch.distributions.multivariate_normal import MultivariateNormal
from torch.distributions.negative_binomial import NegativeBinomial
from torch.distributions.normal import Normal
from torch.distributions.studentT import StudentT
from torch.distributions.transformed_distribution import TransformedDistribution
from torch.distributions.transforms import AffineTransform, Transform
from torch.distributions.uniform import Uniform
