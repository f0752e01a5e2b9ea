"""Operators that make real faults of deep-learning programs, a module for each family.

The families follow DeepCrime's taxonomy (Humbatova, Jahangirova and Tonella, "DeepCrime: Mutation Testing of Deep
Learning Systems Based on Real Faults", ISSTA 2021), which rests on faults that people made. What it derives for Keras
is here for PyTorch; what people get wrong in PyTorch's own training loops (order of calls, modes, gradients) is added.
"""
