"""Trusted: starts the zygote, watches each child, and ends all that a submission started."""
