"""What a user would pick instead for a class: other ways of running the same checks over many uploads."""

from bench.class_baselines.setting import Timing

__all__ = ["Timing"]
