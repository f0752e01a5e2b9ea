"""An automated grading harness for deep-learning coursework: observe in a sandbox, judge outside."""

__version__ = "0.1.0"
