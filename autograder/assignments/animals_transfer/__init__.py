"""Cats, dogs and pandas: one network trained from scratch, fine-tuned, and as a fixed feature extractor."""
