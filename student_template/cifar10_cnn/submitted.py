"""A first convolutional network for the ten classes of CIFAR-10.

Write the body of each function below. Keep the names and the parameters that are there; you may add
parameters with default values, functions, classes and imports of your own. HANDOUT.md says what each
part must do and how it is graded.
"""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms


def get_transform():
    """Return a function from a PIL image to a float tensor of shape (3, 32, 32) with values in [-1, 1].

    It is used for training and for testing, so nothing in it is random.
    """
    raise NotImplementedError("Write get_transform")


def build_loaders(trainset, testset, batch_size=25):
    """Return two loaders, (train, test), which give batches of images and labels.

    The training images come in a new order in each epoch, the test images in the order of the data set.
    No image is left out.
    """
    raise NotImplementedError("Write build_loaders")


def class_counts(dataset):
    """Return how many images a data set has of each class, as a dict from int to int.

    Args:
        dataset: as torchvision.datasets.CIFAR10 makes it; its labels are in dataset.targets.
    """
    raise NotImplementedError("Write class_counts")


def unnormalize(image):
    """Return an image that get_transform() made, as a tensor of the same shape, back in [0, 1]."""
    raise NotImplementedError("Write unnormalize")


class CNN(nn.Module):
    """Two convolutional blocks and three linear layers; see the table in HANDOUT.md."""

    def __init__(self, num_classes):
        super().__init__()
        # self.block1, self.block2 and self.fc_layers
        raise NotImplementedError("Write CNN.__init__")

    def forward(self, x):
        """Turn images (N, 3, 32, 32) into logits (N, num_classes). The criterion does the softmax."""
        raise NotImplementedError("Write CNN.forward")


def train_model(model, train, criterion, optimizer, epochs, device):
    """Train the model that is given; return a list with the mean loss of each epoch.

    Args:
        model: the network; its parameters are changed in place.
        train: a loader of images and labels; the last batch may be smaller than the others.
        criterion: a function of (logits, labels) that returns the mean loss of a batch.
        optimizer: over the model's parameters.
        epochs: how many passes over the loader.
        device: such as torch.device("cpu").
    """
    raise NotImplementedError("Write train_model")


def test_model(model, test, device):
    """Return what percentage of the loader's images the model recognises, as a number from 0 to 100."""
    raise NotImplementedError("Write test_model")


def first_layer_weights(model):
    """Return the weights of the first convolution of your CNN as a NumPy array of shape (64, 3, 5, 5)."""
    raise NotImplementedError("Write first_layer_weights")


def run_model():
    """Train a network on the training images and return it.

    It calls the functions above. The data lie in the working directory: datasets.CIFAR10(".", train=True, …).
    """
    raise NotImplementedError("Write run_model")


if __name__ == "__main__":
    # Runs with `python submitted.py`, and not when the file is graded. A good place for plots.
    model = run_model()
