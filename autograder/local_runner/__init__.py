"""Runs the visible tests of a handout on a student's own machine: no sandbox, nothing but torch and numpy."""
