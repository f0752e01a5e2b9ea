"""The trusted side of the sandbox: starts it, gives it jobs, and reads the results."""
