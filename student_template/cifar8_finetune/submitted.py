"""Fine-tuning a pretrained ResNet-18 on eight classes of CIFAR-10.

Write the body of each function below. Keep the names and the parameters that are there; you may add
parameters with default values, functions, classes and imports of your own. HANDOUT.md says what each
part must do and how it is graded.
"""

import pickle

import numpy as np
import torch
import torchvision.transforms as transforms
from models import resnet18
from torch import nn
from torch.utils.data import DataLoader, Dataset


class CIFAR10(Dataset):
    """The images and labels of one or more batch files.

    A batch file is a pickled dict. Open it in "rb" mode and read it with
    `pickle.load(file, encoding="bytes")`; its keys are then bytes, such as b"data" and b"labels".
    """

    def __init__(self, data_files, transform=None, target_transform=None):
        """Read all the files, and keep the transforms for later.

        Args:
            data_files: list of paths, such as ["cifar10_batches/data_batch_1"].
            transform: a function from an image to what the network gets, or None.
            target_transform: a function from a label to a label, or None.
        """
        # Each row of b"data" has 3072 numbers: 1024 red ones, then 1024 green, then 1024 blue. Within a
        # colour they go line by line, from the top. Look at an image before you go on!
        raise NotImplementedError("Write CIFAR10.__init__")

    def __len__(self):
        """Return how many samples there are in all files together."""
        raise NotImplementedError("Write CIFAR10.__len__")

    def __getitem__(self, index):
        """Return (image, label) of the sample at `index`.

        The transform is applied here, each time that a sample is asked for. Without a transform the
        image is returned as it is, and still looks like an image: not a row of 3072 numbers.
        The label is an int from 0 to 7.
        """
        raise NotImplementedError("Write CIFAR10.__getitem__")


def get_preprocess_transform(mode):
    """Return the transform that turns an image of your data set into the network's input.

    Args:
        mode: "train" or "test". Random augmentation, if you want any, belongs into "train" only.
            Both modes must put the pixels on the same scale.
    """
    # The result must be a float tensor of shape (3, 32, 32).
    raise NotImplementedError("Write get_preprocess_transform")


def build_dataset(data_files, transform=None):
    """Return the data set of `data_files`, with `transform` applied to each image.

    Anything that knows len(dataset) and dataset[i] -> (image, label) will do.
    """
    raise NotImplementedError("Write build_dataset")


def build_dataloader(dataset, loader_params):
    """Return a DataLoader over `dataset`.

    Args:
        dataset: what build_dataset returned.
        loader_params: a dict with at least "batch_size" and "shuffle".
    """
    # Each batch is a pair: images (B, 3, 32, 32) and labels (B,). Every sample counts, so the last
    # batch may be smaller than the others.
    raise NotImplementedError("Write build_dataloader")


class FinetuneNet(nn.Module):
    """The pretrained network, frozen, with a new linear layer for our eight classes."""

    def __init__(self):
        """Take the pretrained network, freeze it, and give it a new head.

        You may add parameters here, as long as your build_model knows what to pass.
        """
        # Frozen means: requires_grad is False for every parameter except those of the new head. The head
        # is one nn.Linear from the 512 features of the network to 8 classes.
        super().__init__()
        raise NotImplementedError("Write FinetuneNet.__init__")

    def forward(self, x):
        """Turn images (N, 3, 32, 32) into logits (N, 8). The loss function does the softmax."""
        raise NotImplementedError("Write FinetuneNet.forward")


def build_model(trained=False):
    """Return your FinetuneNet, with the weights of `resnet18.pt` in its frozen part.

    Args:
        trained: for your own use, for example to load a head that you have saved.
    """
    # See what the parameters of resnet18() in models.py do.
    raise NotImplementedError("Write build_model")


def build_optimizer(optim_type, model_params, hparams):
    """Return an optimizer from torch.optim.

    Args:
        optim_type: "Adam" or "SGD".
        model_params: the parameters that it should update.
        hparams: a dict that holds "lr", and for SGD also "momentum".
    """
    raise NotImplementedError("Write build_optimizer")


def train(train_dataloader, model, loss_fn, optimizer):
    """Train for one pass over the loader: each batch is used for one step.

    Args:
        train_dataloader: gives batches of images and labels.
        model: the network; its parameters are changed in place.
        loss_fn: a function of (logits, labels), such as nn.CrossEntropyLoss().
        optimizer: what build_optimizer returned.
    """
    # For each batch: logits, loss, forget the gradients of the batch before, backward, step.
    raise NotImplementedError("Write train")


def test(test_dataloader, model, loss_fn=None):
    """Measure how good the network is, for your own use. This function is not graded."""
    raise NotImplementedError("Write test")


def run_model():
    """Train a network on the training files and return it.

    It calls the functions above: build the data set, the loader, the model and the optimizer, and train
    for a few epochs. Do not forget to return the model.
    """
    raise NotImplementedError("Write run_model")


if __name__ == "__main__":
    # Runs with `python submitted.py`, and not when the file is graded. A good place for experiments.
    run_model()
