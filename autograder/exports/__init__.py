"""Takes what a learning platform gives out for a whole class and makes hand-ins of it."""
