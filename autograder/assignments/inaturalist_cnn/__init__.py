"""Ten kinds of living things in photographs: a configurable CNN from scratch, and fine-tuning."""
