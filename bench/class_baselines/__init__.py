"""Other ways of running the same checks over many uploads, for comparison."""

from bench.class_baselines.setting import Timing

__all__ = ["Timing"]
