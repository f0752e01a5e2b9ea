"""How long to train, on the small embedded data."""

EPOCHS = 2
