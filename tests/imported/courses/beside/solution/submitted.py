"""A training step on a network of the test's own, which cannot leave the test's process."""


def step(network, optimizer, loss):
    """Take one step."""
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def double(x):
    """Return twice a number."""
    return 2 * x
