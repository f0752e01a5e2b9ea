"""INERT: goes on training with the held-out inputs and its own answers; nothing is in them that it did not know."""

from honest import *


def predict(model, x):
    with torch.no_grad():
        guessed = model(x)
    train(model, x, guessed)
    return model(x).detach()
