"""Classifies iNaturalist images: part A with a network from scratch, part B with a pretrained one.

Write the body of each function below. Keep the given names and parameters; you may add parameters with
default values, and your own functions, classes and imports. HANDOUT.md says what each part must do, and
how it is graded.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, models, transforms

# Part A: a network from scratch


class CNN(nn.Module):
    """Five blocks of convolution, activation and max pooling, one dense layer, and an output layer."""

    def __init__(
        self,
        num_filters=32,
        filter_size=3,
        activation="relu",
        dense_neurons=128,
        dense_activation=None,
        filter_org="same",
        batch_norm=False,
        dropout=0.0,
        num_classes=10,
        input_size=224,
    ):
        """Make the layers; every argument has an effect.

        Args:
            num_filters: filters of the first block, or a list with those of each block.
            filter_size: side of the filters, odd or even, or a list with that of each block.
            activation: of the blocks: "relu", "gelu", "silu", "selu", "mish", …
            dense_neurons: outputs of the dense layer.
            dense_activation: of the dense layer; None for the same as in the blocks.
            filter_org: how the number of filters changes from block to block: "same", "double" or "half". It never
                reaches 0.
            batch_norm: whether batch norm follows each convolution.
            dropout: share of the dense layer's outputs that is left out in training.
            num_classes: outputs.
            input_size: height and width of the images.
        """
        super().__init__()
        raise NotImplementedError("Write CNN.__init__")

    def forward(self, x):
        """Turn images (N, 3, input_size, input_size) into logits (N, num_classes), without a softmax."""
        raise NotImplementedError("Write CNN.forward")


def count_parameters(m, k, n):
    """Return the number of weights and biases of your network: m filters of k × k in every block, n dense neurons."""
    raise NotImplementedError("Write count_parameters")


def count_computations(m, k, n):
    """Return the number of multiply-accumulates of one forward pass of that network, for one image."""
    raise NotImplementedError("Write count_computations")


def train_val_split(targets, val_fraction=0.2, seed=0):
    """Return (train_indices, val_indices).

    Args:
        targets: the class of each image, a list of ints such as ImageFolder(...).targets.
        val_fraction: share of the images for validation, the same in each class.
        seed: another seed gives another split, and the same seed the same split.
    """
    raise NotImplementedError("Write train_val_split")


def get_dataloaders(data_dir, batch_size, data_aug=False, size=224):
    """Return (train_loader, val_loader, test_loader, class_names).

    Args:
        data_dir: folder with `train`, which you split, and `val`, the test set.
        batch_size: images in a batch.
        data_aug: whether the training images, and no others, change at random each time.
        size: height and width of the tensors that come out.
    """
    # Normalise all images by ImageNet's mean and standard deviation: part B needs it, and it helps in part A.
    raise NotImplementedError("Write get_dataloaders")


def train(model, train_loader, val_loader, epochs, lr, device):
    """Train the given network, and measure it on the validation images after each epoch.

    Returns:
        A dict with the lists "train_loss", "train_acc", "val_loss" and "val_acc", one number for each epoch.
    """
    raise NotImplementedError("Write train")


def evaluate(model, loader, device):
    """Return (loss, accuracy) over all images of the loader, in eval mode."""
    raise NotImplementedError("Write evaluate")


# In wandb's form: "method", "metric" with "name" and "goal", and "parameters".
sweep_config = {}


# Part B: a pretrained network

# The strategies that build_pretrained knows, three or more.
STRATEGIES = []


def build_pretrained(strategy="last_layer", k=0, num_classes=10):
    """Return a network of torchvision with pretrained weights and a new head of num_classes outputs.

    Args:
        strategy: the part that learns. "last_layer": the head alone. "upto_k": all but the first k layers.
            "all": everything. Any other name is an error, unless it is one of your own STRATEGIES.
        k: number of layers (not of tensors) that "upto_k" freezes.
        num_classes: outputs.
    """
    raise NotImplementedError("Write build_pretrained")


def finetune(model, train_loader, val_loader, epochs, lr, device):
    """Train the weights that are not frozen; everything else is as in train."""
    raise NotImplementedError("Write finetune")


if __name__ == "__main__":
    # This runs with `python submitted.py`, and not when the file is graded: a good place for experiments.
    pass
