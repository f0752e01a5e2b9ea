"""The half of the harness that runs in the sandbox, beside student code. The trusted half never imports it."""
