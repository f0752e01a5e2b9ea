"""Finds the hand-ins of a class that share much of their source."""
