"""Automatic differentiation in NumPy."""
