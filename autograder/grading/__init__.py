"""Grades one submission, and keeps its results valid at every moment."""
