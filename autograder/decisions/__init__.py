"""Keeps people's decisions about a class, in a log that nobody changes, and applies them to reports."""
