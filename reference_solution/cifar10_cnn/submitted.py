"""A convolutional network for the ten classes of CIFAR-10: the model solution."""

from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np
import torch
from schedule import EPOCHS
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torchvision import datasets, transforms

DATA_ROOT = "."  # the folder that holds cifar-10-batches-py/
NUM_CLASSES = 10
BATCH_SIZE = 10  # small batches, for the sake of more steps in an epoch
LEARNING_RATE = 1e-3
MEAN, STD = (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)  # take [0, 1] to [-1, 1]


def get_transform() -> Callable:
    """Return what turns a PIL image into a float tensor (3, 32, 32) in [-1, 1]."""
    return transforms.Compose([transforms.ToTensor(), transforms.Normalize(MEAN, STD)])


def build_loaders(trainset: Dataset, testset: Dataset, batch_size: int = 25) -> tuple[DataLoader, DataLoader]:
    """Return the loader for training, in a new order each epoch, and that for testing, in the order of the data."""
    train = DataLoader(trainset, batch_size=batch_size, shuffle=True)
    test = DataLoader(testset, batch_size=batch_size, shuffle=False)
    return train, test


def class_counts(dataset: Dataset) -> dict[int, int]:
    """Return how many images the data set has of each class that occurs in it."""
    return dict(Counter(int(label) for label in dataset.targets))


def unnormalize(image: torch.Tensor) -> torch.Tensor:
    """Take an image from [-1, 1] back to [0, 1]; the image that is given stays as it is."""
    return image * 0.5 + 0.5


class CNN(nn.Module):
    """Two convolutional blocks and three linear layers.

    Args:
        num_classes: number of logits for each image.
    """

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        self.block1 = nn.Sequential(  # (N, 3, 32, 32) → (N, 64, 14, 14)
            nn.Conv2d(3, 64, kernel_size=5),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.block2 = nn.Sequential(  # → (N, 32, 5, 5)
            nn.Conv2d(64, 32, kernel_size=5),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.fc_layers = nn.Sequential(  # (N, 800) → (N, num_classes)
            nn.Linear(32 * 5 * 5, 64),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Linear(64, 32),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Linear(32, num_classes),
        )

    def forward(self, images: torch.Tensor) -> torch.Tensor:  # (N, 3, 32, 32)
        features = self.block2(self.block1(images))
        return self.fc_layers(features.flatten(1))  # logits: cross-entropy does the softmax itself


def train_model(
    model: nn.Module,
    train: Iterable,
    criterion: Callable,
    optimizer: torch.optim.Optimizer,
    epochs: int,
    device: torch.device,
) -> list[float]:
    """Train the model in place; return the mean loss over the images of each epoch.

    Args:
        model: gives logits (B, C) for images (B, 3, 32, 32).
        train: gives batches of images and labels; the last may be smaller.
        criterion: a function of (logits, labels) that returns the mean loss of a batch.
        optimizer: over the model's parameters.
        epochs: passes over `train`.
        device: where the model and the batches go.
    """
    model.to(device)
    losses = []
    for epoch in range(epochs):
        model.train()  # in each epoch: whoever measures in between has called eval()
        total, count = 0.0, 0
        for images, labels in train:
            images, labels = images.to(device), labels.to(device)
            loss = criterion(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)  # `loss` is a mean over the batch, and the last batch is smaller
            count += len(labels)
        losses.append(total / count)
        print(f"epoch {epoch + 1} of {epochs}: training loss {losses[-1]:.3f}")
    return losses


@torch.no_grad()
def test_model(model: nn.Module, test: Iterable, device: torch.device) -> float:
    """Return the percentage of the images whose largest logit is that of the true class."""
    model.to(device).eval()
    correct, count = 0, 0
    for images, labels in test:
        predicted = model(images.to(device)).argmax(dim=1).cpu()
        correct += int((predicted == labels).sum())
        count += len(labels)
    return 100 * correct / count


def first_layer_weights(model: CNN) -> np.ndarray:
    """Return a copy of the first convolution's weights, (64, 3, 5, 5), to be looked at as images."""
    return model.block1[0].weight.detach().cpu().numpy().copy()


def run_model() -> CNN:
    """Train a network on CIFAR-10's training images, measure it on the test images, and return it."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    trainset = datasets.CIFAR10(DATA_ROOT, train=True, transform=get_transform())
    testset = datasets.CIFAR10(DATA_ROOT, train=False, transform=get_transform())
    train, test = build_loaders(trainset, testset, batch_size=BATCH_SIZE)
    model = CNN(NUM_CLASSES)
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    train_model(model, train, nn.CrossEntropyLoss(), optimizer, EPOCHS, device)
    print(f"accuracy on the test images: {test_model(model, test, device):.1f} %")
    return model


if __name__ == "__main__":
    trained = run_model()
    torch.save(trained.state_dict(), "cifar10_cnn.pth")
