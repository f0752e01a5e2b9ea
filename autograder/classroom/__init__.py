"""Grades a whole class, on one machine or a cluster, and judges it again from its observations."""
