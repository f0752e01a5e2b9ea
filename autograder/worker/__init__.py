"""The half of the harness that runs inside the sandbox. The trusted half starts it and never imports it."""
