"""Automatic differentiation in NumPy: a package, without PyTorch."""
