"""Cats, dogs and pandas with a ResNet-18: from scratch, fine-tuned, and as a fixed feature extractor.

Write the body of each function below. Keep the names and the parameters that are there; you may add
parameters with default values, functions, classes and imports of your own. HANDOUT.md says what each
part must do and how it is graded.
"""

import copy
import time

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader
from torchvision import datasets, models, transforms

##################### Part 1: the data #####################

# A dict with two transforms, "train" and "val". Each takes an image and returns a float tensor (3, 224, 224).
data_transforms = {}


def build_dataloaders(data_dir, batch_size=4):
    """Return (dataloaders, dataset_sizes, class_names).

    Args:
        data_dir: folder with train/, val/ and test/, such as "animals".
        batch_size: of all loaders.

    dataloaders and dataset_sizes are dicts with the keys "train", "val" and "test".
    """
    raise NotImplementedError("Write build_dataloaders")


def denormalize(inp):
    """Return a normalised image (3, H, W) as an array (H, W, 3) with values in [0, 1]."""
    raise NotImplementedError("Write denormalize")


def imshow(inp, title=None):
    """Draw a normalised image (3, H, W)."""
    raise NotImplementedError("Write imshow")


##################### Part 2: training #####################


def train_model(
    model,
    criterion,
    optimizer,
    scheduler,
    dataloaders,
    dataset_sizes,
    num_epochs=25,
    device="cpu",
    checkpoint="best.pth",
):
    """Train the model; return (model with the best weights, history).

    history is a dict of six lists, one entry an epoch:
    train_loss, train_acc, val_loss, val_acc, lr, time.
    """
    # In each epoch: first dataloaders["train"], then dataloaders["val"]. Write the best weights to `checkpoint`.
    raise NotImplementedError("Write train_model")


def build_scratch(num_classes=3):
    """Return a ResNet-18 with random weights; all of it is trained."""
    raise NotImplementedError("Write build_scratch")


def build_finetune(num_classes=3):
    """Return a ResNet-18 with pretrained weights and a new head; all of it is trained."""
    raise NotImplementedError("Write build_finetune")


def build_fixed_extractor(num_classes=3):
    """Return a ResNet-18 with pretrained weights and a new head; only the head is trained."""
    raise NotImplementedError("Write build_fixed_extractor")


def make_training(model):
    """Return (criterion, optimizer, scheduler)."""
    raise NotImplementedError("Write make_training")


def plot_history(histories):
    """Return a figure that compares the networks.

    Args:
        histories: a dict from the name of a network to its history.
    """
    raise NotImplementedError("Write plot_history")


def evaluate(model, loader):
    """Return (accuracy, confusion matrix): rows are true classes, columns predicted ones."""
    raise NotImplementedError("Write evaluate")


def predict(model, path, class_names):
    """Return the name of the class that the model takes the image in this file for."""
    raise NotImplementedError("Write predict")


if __name__ == "__main__":
    dataloaders, dataset_sizes, class_names = build_dataloaders("animals")
    print(dataset_sizes, class_names)
