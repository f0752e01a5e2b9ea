"""Keeps what people decide about a class, in a log that nobody changes, and applies it to reports."""
