"""Which hand-ins of a class share much of their source."""
