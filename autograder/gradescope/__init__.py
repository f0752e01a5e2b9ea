"""Gradescope: the bundle to upload, the container's entry, and the policy on attempts."""
