"""Comparison with models that PyTorch really builds and runs; needs ``pip install -e '.[live]'``."""
