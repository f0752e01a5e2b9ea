"""A straight line through points: the smallest whole assignment."""
