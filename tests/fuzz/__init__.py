"""Hostile input by the thousand: what is drawn, and what must hold whatever is drawn.

Each target is a strategy and a check. `test_fuzz.py` runs a few cases of each; `bench/fuzz.py` as many as one likes.
"""
