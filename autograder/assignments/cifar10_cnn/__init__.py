"""A first convolutional network on all ten classes of CIFAR-10: data, network, training and testing."""
