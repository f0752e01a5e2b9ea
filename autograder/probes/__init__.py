"""Tools for the authors of probes; they run in the sandbox, beside the student's code."""
