from torch._native import Module
from torch.fx import proxy as proxy
from torch.fx.proxy import Proxy as Proxy


class Node:
    pass


class Graph:
    pass


class GraphModule(Module):
    pass


class Tracer:
    pass


def wrap(fn_or_name):
    return fn_or_name
