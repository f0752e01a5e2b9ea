"""Reads a learning platform's export of a whole class as hand-ins."""
