"""Praise or complaint: telling short messages apart."""
