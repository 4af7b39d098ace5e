from torch.backends import cuda, cudnn, mkldnn, mps, opt_einsum
