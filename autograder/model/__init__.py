"""The values that the modules of the harness hand to each other, one frozen class for each noun."""
