"""Turns a student's upload into a submission."""
