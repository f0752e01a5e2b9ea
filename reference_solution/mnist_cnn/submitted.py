"""A small convolutional network on MNIST, and a ResNet-18 on Fashion-MNIST: the model solution."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.optim.lr_scheduler import LRScheduler, MultiStepLR
from torch.utils.data import DataLoader, Dataset
from torchvision import datasets, models, transforms

NUM_CLASSES = 10
MNIST_MEAN, MNIST_STD = (0.1307,), (0.3081,)  # of the 60,000 training images, pixels in [0, 1]
FASHION_MEAN, FASHION_STD = (0.2860,), (0.3530,)
SIDE = 28
RESNET_SIDE = 224  # what ResNet-18 was designed for
MODEL_FILE, FASHION_FILE = "model.pth", "fashion_mnist.pth"


class CNN(nn.Module):
    """Three convolutions and two linear layers: 31,898 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, kernel_size=5)
        self.conv2 = nn.Conv2d(16, 32, kernel_size=3)
        self.conv3 = nn.Conv2d(32, 16, kernel_size=1)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(16 * 5 * 5, 64)
        self.fc2 = nn.Linear(64, NUM_CLASSES)

    def forward(self, images: torch.Tensor) -> torch.Tensor:  # (N, 1, 28, 28)
        x = self.pool(torch.relu(self.conv1(images)))  # (N, 16, 12, 12)
        x = self.pool(torch.relu(self.conv2(x)))  # (N, 32, 5, 5)
        x = torch.relu(self.conv3(x))  # (N, 16, 5, 5)
        x = torch.relu(self.fc1(x.flatten(1)))  # (N, 64)
        return self.fc2(x)  # (N, 10) logits: the loss does the softmax


def build_model() -> nn.Module:
    """Return a new network each time, so that two optimizers never share one."""
    return CNN()


def get_transform() -> transforms.Compose:
    """Return what makes a (1, 28, 28) tensor of a PIL image of any size and mode."""
    return transforms.Compose(
        [
            transforms.Grayscale(),
            transforms.Resize((SIDE, SIDE)),  # a pair: a single number would keep the sides' proportion
            transforms.ToTensor(),
            transforms.Normalize(MNIST_MEAN, MNIST_STD),
        ]
    )


def load_mnist(root: str = ".") -> tuple[Dataset, Dataset]:
    """Return training and test set; both pass through the same transform, which is not random."""
    return tuple(datasets.MNIST(root, train=train, download=True, transform=get_transform()) for train in (True, False))


def build_optimizer(name: str, params: Iterable[nn.Parameter], lr: float) -> torch.optim.Optimizer:
    """Return an "SGD" with momentum, or an "Adam", over these parameters.

    Raises:
        ValueError: `name` is neither.
    """
    if name == "SGD":
        return torch.optim.SGD(params, lr=lr, momentum=0.9)
    if name == "Adam":
        return torch.optim.Adam(params, lr=lr)
    raise ValueError(f'name is {name!r}: use "SGD" or "Adam"')


def build_scheduler(optimizer: torch.optim.Optimizer, num_epochs: int) -> MultiStepLR:
    """Return a scheduler that divides the rate by ten twice; the last epoch is trained at a hundredth of the first."""
    return MultiStepLR(optimizer, milestones=[num_epochs // 2, num_epochs - 1], gamma=0.1)


@torch.no_grad()
def accuracy(model: nn.Module, loader: DataLoader) -> float:
    """Return the fraction of the loader's images that are recognised, in [0, 1]; the model's mode is kept."""
    was_training = model.training
    model.eval()  # dropout off, batch norms on their running statistics
    correct = samples = 0
    for images, labels in loader:
        correct += int((model(images).argmax(dim=1) == labels).sum())
        samples += len(labels)
    model.train(was_training)
    return correct / max(samples, 1)


def train(
    model: nn.Module,
    trainloader: DataLoader,
    testloader: DataLoader,
    optimizer: torch.optim.Optimizer,
    scheduler: LRScheduler,
    num_epochs: int,
    print_every: int = 1000,
    model_file: str = MODEL_FILE,
) -> list[dict[str, Any]]:
    """Train, and note accuracy and learning rate every `print_every` steps and at the end of each epoch.

    Whenever the test accuracy is the best so far, the weights go to `model_file`.

    Returns:
        One dict for each note, in order: `step`, `train_acc`, `test_acc`, `lr`.
    """
    loss_fn = nn.CrossEntropyLoss()
    history: list[dict[str, Any]] = []
    best, step = -1.0, 0
    for _ in range(num_epochs):
        model.train()
        running_loss, losses = 0.0, 0
        for batch, (images, labels) in enumerate(trainloader, start=1):
            optimizer.zero_grad()
            loss = loss_fn(model(images), labels)
            loss.backward()
            optimizer.step()
            step += 1
            running_loss, losses = running_loss + loss.item(), losses + 1
            if step % print_every and batch < len(trainloader):
                continue
            test_acc, lr = accuracy(model, testloader), optimizer.param_groups[0]["lr"]
            history.append({"step": step, "train_acc": accuracy(model, trainloader), "test_acc": test_acc, "lr": lr})
            print(f"step {step}: mean loss {running_loss / losses:.3f}, test accuracy {test_acc:.1%}, rate {lr:g}")
            running_loss, losses = 0.0, 0
            if test_acc > best:
                best = test_acc
                torch.save(model.state_dict(), model_file)
        scheduler.step()  # behind the epoch's last optimizer step: the next epoch uses the new rate
    return history


def build_resnet18(pretrained: bool = True) -> nn.Module:
    """Return a ResNet-18 for images of one channel and ten classes: 11,175,370 parameters."""
    model = models.resnet18(weights=models.ResNet18_Weights.DEFAULT if pretrained else None)
    colours = model.conv1.weight.data
    model.conv1 = nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3, bias=False)
    if pretrained:
        model.conv1.weight.data = colours.sum(dim=1, keepdim=True)  # as if grey were red, green and blue alike
    model.fc = nn.Linear(model.fc.in_features, NUM_CLASSES)
    return model


def fashion_transform(train: bool) -> transforms.Compose:
    """Return what makes a (1, 224, 224) tensor of a PIL image: shifted and mirrored at random in training only."""
    augmentation = [transforms.RandomCrop(SIDE, padding=2), transforms.RandomHorizontalFlip()] if train else []
    return transforms.Compose(
        [
            transforms.Grayscale(),
            *augmentation,
            transforms.Resize((RESNET_SIDE, RESNET_SIDE)),
            transforms.ToTensor(),
            transforms.Normalize(FASHION_MEAN, FASHION_STD),
        ]
    )


def load_fashion_mnist(root: str = ".") -> tuple[Dataset, Dataset]:
    """Return training and test set; only the former is augmented."""
    return tuple(
        datasets.FashionMNIST(root, train=train, download=True, transform=fashion_transform(train))
        for train in (True, False)
    )


def main(num_epochs: int = 10, fashion_epochs: int = 5) -> None:
    """Train one network with each optimizer, keep the better one's weights, then do the bonus."""
    trainset, testset = load_mnist()
    trainloader = DataLoader(trainset, batch_size=16, shuffle=True)
    testloader = DataLoader(testset, batch_size=64)
    best = {}
    for name, lr in (("SGD", 0.01), ("Adam", 0.001)):
        model = build_model()
        optimizer = build_optimizer(name, model.parameters(), lr)
        history = train(
            model, trainloader, testloader, optimizer, build_scheduler(optimizer, num_epochs), num_epochs,
            model_file=f"{name}.pth",
        )  # fmt: skip
        best[name] = max(note["test_acc"] for note in history)
    Path(f"{max(best, key=best.__getitem__)}.pth").replace(MODEL_FILE)

    trainset, testset = load_fashion_mnist()
    resnet = build_resnet18()
    optimizer = build_optimizer("SGD", resnet.parameters(), 0.01)
    train(
        resnet, DataLoader(trainset, batch_size=64, shuffle=True), DataLoader(testset, batch_size=64),
        optimizer, build_scheduler(optimizer, fashion_epochs), fashion_epochs, model_file=FASHION_FILE,
    )  # fmt: skip


if __name__ == "__main__":
    main()
