"""Tensor operations of any framework: binding of arguments, shapes, element types, numbers of small results."""
