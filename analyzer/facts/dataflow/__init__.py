"""What tensors carry and how values move, below any named structure: learned or computed from the input, where each
element goes, which constant factor is picked up, products with learned matrices."""
