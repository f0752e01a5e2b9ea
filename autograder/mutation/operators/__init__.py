"""Operators that make real faults of deep-learning programs, a module for each family.

The families follow DeepCrime's taxonomy (Humbatova, Jahangirova and Tonella, "DeepCrime: Mutation Testing of Deep
Learning Systems Based on Real Faults", ISSTA 2021), which rests on faults that people made. It
treats Keras; these operators do the same for PyTorch, and add common faults of PyTorch's own training loops (order of
calls, modes, gradients).
"""
