"""Observations of the submission and of the reference solution, made when a test asks for them."""
