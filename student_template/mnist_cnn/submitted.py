"""A small convolutional network on MNIST, and as a bonus a ResNet-18 on Fashion-MNIST.

Write the body of each function below. Keep the names and the parameters that are there; you may add
parameters with default values, functions, classes and imports of your own. HANDOUT.md says what each
part must do and how it is graded.
"""

import torch
from torch import nn
from torch.optim.lr_scheduler import MultiStepLR
from torch.utils.data import DataLoader
from torchvision import datasets, models, transforms


def build_model():
    """Return a new network with the layers of the table in HANDOUT.md."""
    # Write a class CNN(nn.Module) and return CNN(), or build an nn.Sequential here. It takes images
    # (N, 1, 28, 28) and returns logits (N, 10): no softmax at the end, the loss does that.
    raise NotImplementedError("Write build_model")


def get_transform():
    """Return the transform from a PIL image, in RGB or grey and of any size, to a float tensor (1, 28, 28)."""
    # transforms.Compose with Grayscale, Resize, ToTensor and, if you like, Normalize.
    raise NotImplementedError("Write get_transform")


def load_mnist():
    """Return (trainset, testset) of MNIST, with your transform."""
    # datasets.MNIST(root, train=…, download=True, transform=…)
    raise NotImplementedError("Write load_mnist")


def build_optimizer(name, params, lr):
    """Return an optimizer from torch.optim.

    Args:
        name: "SGD" or "Adam".
        params: the parameters that it should update.
        lr: its learning rate.
    """
    raise NotImplementedError("Write build_optimizer")


def build_scheduler(optimizer, num_epochs):
    """Return a MultiStepLR with which the last of the epochs is trained at 0.01 times the first epoch's rate."""
    raise NotImplementedError("Write build_scheduler")


def accuracy(model, loader):
    """Return the fraction of the loader's images that the model recognises, from 0 to 1."""
    # Mind the mode of the model: eval() while you measure.
    raise NotImplementedError("Write accuracy")


def train(model, trainloader, testloader, optimizer, scheduler, num_epochs, print_every=1000, model_file="model.pth"):
    """Train the model with the cross-entropy, and keep its best state in a file.

    Args:
        model: the network; its parameters are changed in place.
        trainloader: gives batches of images and labels to train on.
        testloader: the same, to measure on.
        optimizer: what build_optimizer returned.
        scheduler: what build_scheduler returned; one step at the end of each epoch.
        num_epochs: passes over the trainloader.
        print_every: steps between two entries of the history.
        model_file: where the state dict with the best test accuracy so far is saved.

    Returns:
        A list of dicts with the entries step, train_acc, test_acc and lr.
    """
    raise NotImplementedError("Write train")


def build_resnet18(pretrained=True):
    """Bonus: return torchvision's ResNet-18 with 1 input channel and 10 outputs."""
    raise NotImplementedError("Write build_resnet18")


def fashion_transform(train):
    """Bonus: return the transform from a PIL image to a float tensor (1, 224, 224).

    Args:
        train: whether it is for training, and so changes the image at random, or for testing.
    """
    raise NotImplementedError("Write fashion_transform")


def load_fashion_mnist():
    """Bonus: return (trainset, testset) of Fashion-MNIST, each with its own transform."""
    # datasets.FashionMNIST(root, train=…, download=True, transform=…)
    raise NotImplementedError("Write load_fashion_mnist")


if __name__ == "__main__":
    # Runs with `python submitted.py`, and not when the file is graded. Train here, and upload the files it saves.
    trainset, testset = load_mnist()
