"""Handed in at the deadline: data set, preprocessing, loader and optimizer are done, the network and the
training still have their holes. What is there is right and keeps its points, although the holes raise.

EXPECT: loses 3.1, 3.2, 3.3, 3.4, 5.1a, 5.1b, 5.2, 6.1, 6.2
"""

import pickle

import numpy as np
import torch
import torchvision.transforms as transforms
from models import resnet18
from torch import nn
from torch.utils.data import DataLoader, Dataset


class CIFAR10(Dataset):
    """The pictures and labels of one or more batch files."""

    def __init__(self, data_files, transform=None, target_transform=None):
        self.data = []
        self.labels = []
        for data_file in data_files:
            with open(data_file, "rb") as file:
                batch = pickle.load(file, encoding="bytes")
            self.data.extend(batch[b"data"])
            self.labels.extend(batch[b"labels"])
        self.transform = transform
        self.target_transform = target_transform

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        picture = torch.tensor(self.data[index].reshape(3, 32, 32)) / 255
        if self.transform:
            picture = self.transform(picture)
        label = self.labels[index]
        if self.target_transform:
            label = self.target_transform(label)
        return picture, label


def get_preprocess_transform(mode):
    """Return the transform that turns a picture of your data set into the network's input."""
    # TODO: augmentation for train
    return transforms.Compose([transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2471, 0.2435, 0.2616))])


def build_dataset(data_files, transform=None):
    return CIFAR10(data_files, transform)


def build_dataloader(dataset, loader_params):
    return DataLoader(dataset, **loader_params)


class FinetuneNet(nn.Module):
    """The pretrained network, frozen, with a new linear layer for our eight classes."""

    def __init__(self):
        super().__init__()
        self.net = resnet18(pretrained=True)
        # how do I freeze???

    def forward(self, x):
        pass


def build_model(trained=False):
    model = FinetuneNet()
    # return model


def build_optimizer(optim_type, model_params, hparams):
    if optim_type == "Adam":
        return torch.optim.Adam(model_params, lr=hparams["lr"])
    if optim_type == "SGD":
        return torch.optim.SGD(model_params, lr=hparams["lr"], momentum=hparams["momentum"])


def train(train_dataloader, model, loss_fn, optimizer):
    raise NotImplementedError("Write train")


def test(test_dataloader, model, loss_fn=None):
    raise NotImplementedError("Write test")


def run_model():
    model = build_model()
    return model
