"""How long to train, on photographs: they are harder than drawings, and there are three times as many."""

EPOCHS = 6
