"""The trusted side of the sandbox: starts it, gives it jobs, and reads what comes out."""
