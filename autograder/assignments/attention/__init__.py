"""Attention from scratch: masks, heads, a causal language model on characters, and sampling."""
