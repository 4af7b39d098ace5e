import torch
from torch.nn.utils import parametrizations, parametrize, rnn
from torch.nn.utils.spectral_norm import spectral_norm
from torch.nn.utils.weight_norm import remove_weight_norm, weight_norm


def parameters_to_vector(parameters):
    return torch.cat([parameter.view(-1) for parameter in parameters])


def vector_to_parameters(vec, parameters):
    start = 0
    for parameter in parameters:
        count = parameter.numel()
        parameter.data = vec[start : start + count].view_as(parameter).data
        start += count


def get_total_norm(tensors, norm_type=2.0, error_if_nonfinite=False, foreach=None):
    norms = [torch.linalg.vector_norm(tensor, norm_type) for tensor in tensors]
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)


def clip_grads_with_norm_(parameters, max_norm, total_norm, foreach=None):
    pass


def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False, foreach=None):
    return torch.tensor(0.0)


def clip_grad_value_(parameters, clip_value, foreach=None):
    pass


def skip_init(module_cls, *args, **kwargs):
    return module_cls(*args, **kwargs)
