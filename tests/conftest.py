"""What all tests share: how hypothesis runs, and small builders."""

import os

from hypothesis import HealthCheck, settings

# Shared machines are slow now and then: no deadline for one example. The same examples every time.
settings.register_profile(
    "harness",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", parent=settings.get_profile("harness"), max_examples=2000, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "harness"))
