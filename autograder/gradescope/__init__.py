"""Gradescope: the bundle to upload, the container's entry point, and the policy on attempts."""
