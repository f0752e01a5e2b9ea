"""Causes of a low accuracy: one function each, which returns the cause if observations support it."""
