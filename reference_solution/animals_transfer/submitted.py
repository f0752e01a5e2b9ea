"""Cats, dogs and pandas with a ResNet-18, trained in three ways: the model solution.

Run as a program it trains the three networks (from scratch, fine-tuned, as a fixed feature extractor) and writes
`resnet_scratch.pth`, `resnet_finetune.pth`, `resnet_fixed_extractor.pth`, `history.json` and `predictions.json`.
"""

import copy
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader
from torchvision import datasets, models, transforms

DATA = Path("animals")
IMAGENET_MEAN = (0.485, 0.456, 0.406)  # of red, green and blue, for pixels in [0, 1]
IMAGENET_STD = (0.229, 0.224, 0.225)
SIDE = 224
EPOCHS = 50
CURVES = ("train_loss", "train_acc", "val_loss", "val_acc", "lr", "time")

to_network = [transforms.ToTensor(), transforms.Normalize(IMAGENET_MEAN, IMAGENET_STD)]
data_transforms = {
    # (SIDE, SIDE), because one number would only set the shorter side and leave images of unequal shapes.
    "train": transforms.Compose([transforms.Resize((SIDE, SIDE)), transforms.RandomHorizontalFlip(), *to_network]),
    "val": transforms.Compose([transforms.Resize((SIDE, SIDE)), *to_network]),
}


def build_dataloaders(
    data_dir: str | Path, batch_size: int = 4
) -> tuple[dict[str, DataLoader], dict[str, int], list[str]]:
    """Return loaders and sizes of "train", "val" and "test", and the names of the classes in sorted order."""
    folders = {
        phase: datasets.ImageFolder(
            str(Path(data_dir) / phase), data_transforms["train" if phase == "train" else "val"]
        )
        for phase in ("train", "val", "test")
    }
    dataloaders = {
        phase: DataLoader(folder, batch_size=batch_size, shuffle=phase == "train") for phase, folder in folders.items()
    }
    return dataloaders, {phase: len(folder) for phase, folder in folders.items()}, folders["train"].classes


def denormalize(inp: torch.Tensor) -> np.ndarray:
    """Return a normalised image, (3, H, W), as one that can be shown: (H, W, 3) in [0, 1]."""
    pixels = inp.detach().cpu().numpy().transpose(1, 2, 0)
    pixels = pixels * np.array(IMAGENET_STD) + np.array(IMAGENET_MEAN)
    return np.clip(pixels, 0, 1)


def imshow(inp: torch.Tensor, title: str | None = None) -> None:
    """Show a normalised image, (3, H, W), or a grid of them."""
    from matplotlib import pyplot as plt  # here, because it takes a second and only the figures need it

    plt.imshow(denormalize(inp))
    plt.axis("off")
    if title is not None:
        plt.title(title)
    plt.show()


def train_model(
    model: nn.Module,
    criterion: nn.Module,
    optimizer: torch.optim.Optimizer,
    scheduler: lr_scheduler.LRScheduler,
    dataloaders: Mapping[str, DataLoader],
    dataset_sizes: Mapping[str, int],
    num_epochs: int = 25,
    device: str | torch.device = "cpu",
    checkpoint: str | Path = "best.pth",
) -> tuple[nn.Module, dict[str, list[float]]]:
    """Train, validate after each epoch, and return the network with the weights that validated best.

    Args:
        model: trained in place.
        criterion: mean loss of a batch from logits (N, C) and labels (N,).
        optimizer: of the model's parameters.
        scheduler: stepped once an epoch.
        dataloaders: of "train" and "val".
        dataset_sizes: their numbers of images.
        num_epochs: passes over "train".
        device: where to compute.
        checkpoint: file that the best weights so far are written to.

    Returns:
        The model, and the history: a list of one number an epoch for each of `CURVES`; losses are means over
        images, accuracies fractions, the learning rate is that of the epoch's steps, times are seconds.
    """
    model = model.to(device)
    history: dict[str, list[float]] = {curve: [] for curve in CURVES}
    best_weights, best_accuracy = copy.deepcopy(model.state_dict()), -1.0
    for epoch in range(num_epochs):
        start = time.time()
        history["lr"].append(optimizer.param_groups[0]["lr"])  # before the scheduler changes it
        for phase in ("train", "val"):
            training = phase == "train"
            model.train(training)
            loss_sum, correct = 0.0, 0
            for inputs, labels in dataloaders[phase]:
                inputs, labels = inputs.to(device), labels.to(device)
                with torch.set_grad_enabled(training):
                    outputs = model(inputs)
                    loss = criterion(outputs, labels)
                if training:
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()
                loss_sum += loss.item() * len(inputs)  # the last batch may be smaller than the others
                correct += int((outputs.argmax(dim=1) == labels).sum())
            history[f"{phase}_loss"].append(loss_sum / dataset_sizes[phase])
            history[f"{phase}_acc"].append(correct / dataset_sizes[phase])
        scheduler.step()
        if history["val_acc"][-1] > best_accuracy:
            # A copy, kept apart: the weights in training go on from where they are.
            best_weights, best_accuracy = copy.deepcopy(model.state_dict()), history["val_acc"][-1]
            torch.save(best_weights, checkpoint)
        history["time"].append(time.time() - start)
        print(f"epoch {epoch + 1}/{num_epochs}: " + ", ".join(f"{curve} {history[curve][-1]:.4g}" for curve in CURVES))
    model.load_state_dict(best_weights)
    return model, history


def build_scratch(num_classes: int = 3) -> nn.Module:
    """Return a ResNet-18 with random weights, all of them to be trained."""
    model = models.resnet18(weights=None)
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model


def build_finetune(num_classes: int = 3) -> nn.Module:
    """Return a ResNet-18 with pretrained weights and a new head, all to be trained."""
    model = models.resnet18(weights=models.ResNet18_Weights.DEFAULT)
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model


class FixedExtractor(nn.Module):
    """A frozen backbone and a new head, the only part that is trained.

    Args:
        backbone: a ResNet whose `fc` is its last layer; it is frozen and its `fc` taken away.
        num_classes: outputs of the head.
    """

    def __init__(self, backbone: nn.Module, num_classes: int) -> None:
        super().__init__()
        self.fc = nn.Linear(backbone.fc.in_features, num_classes)
        backbone.fc = nn.Identity()
        self.backbone = backbone.requires_grad_(False)

    def train(self, mode: bool = True) -> "FixedExtractor":
        """Set the head's mode; the backbone stays in eval mode, or its batch norms would drift, frozen or not."""
        super().train(mode)
        self.backbone.eval()
        return self

    def forward(self, images: torch.Tensor) -> torch.Tensor:  # (N, 3, H, W)
        return self.fc(self.backbone(images))  # (N, num_classes)


def build_fixed_extractor(num_classes: int = 3) -> nn.Module:
    """Return a pretrained ResNet-18 of which only a new head is to be trained."""
    return FixedExtractor(models.resnet18(weights=models.ResNet18_Weights.DEFAULT), num_classes)


def make_training(model: nn.Module) -> tuple[nn.Module, torch.optim.Optimizer, lr_scheduler.LRScheduler]:
    """Return loss, optimizer and learning-rate schedule for the parameters that are to be trained."""
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.SGD(trainable, lr=5e-3, momentum=0.9, weight_decay=1e-1)
    return nn.CrossEntropyLoss(), optimizer, lr_scheduler.StepLR(optimizer, step_size=10, gamma=0.1)


def plot_history(histories: Mapping[str, Mapping[str, Sequence[float]]]) -> Any:
    """Return a figure with one panel for each curve, in which all networks are compared.

    Args:
        histories: what `train_model` returned, by the name of the network.
    """
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(2, 3, figsize=(14, 7), layout="constrained")
    units = {"loss": "cross-entropy", "acc": "accuracy", "lr": "learning rate", "time": "seconds an epoch"}
    for curve, axes in zip(CURVES, panels.flat, strict=True):
        for name, history in histories.items():
            axes.plot(range(1, len(history[curve]) + 1), history[curve], label=name)
        axes.set(title=curve, xlabel="epoch", ylabel=units[curve.rsplit("_", 1)[-1]])
        axes.legend()
    return figure


@torch.no_grad()
def evaluate(model: nn.Module, loader: Iterable[tuple[torch.Tensor, torch.Tensor]]) -> tuple[float, np.ndarray]:
    """Return the fraction of right answers, and the confusion matrix: rows are true classes, columns predicted."""
    model.eval()
    confusion = np.zeros((3, 3), dtype=np.int64)
    for inputs, labels in loader:
        np.add.at(confusion, (labels.numpy(), model(inputs).argmax(dim=1).numpy()), 1)
    return float(np.trace(confusion) / max(confusion.sum(), 1)), confusion


@torch.no_grad()
def predict(model: nn.Module, path: str | Path, class_names: Sequence[str]) -> str:
    """Return the name of the class that the network takes the image in this file for."""
    model.eval()
    image = Image.open(path).convert("RGB")  # some files are greyscale
    logits = model(data_transforms["val"](image).unsqueeze(0))  # (1, C)
    return class_names[int(logits.argmax())]


NETWORKS = {"scratch": build_scratch, "finetune": build_finetune, "fixed_extractor": build_fixed_extractor}


def main() -> None:
    """Train the three networks, compare them on the test images, and name the unlabelled ones."""
    dataloaders, sizes, class_names = build_dataloaders(DATA)
    histories, accuracies, trained = {}, {}, {}
    for name, build in NETWORKS.items():
        model = build()
        trained[name], histories[name] = train_model(
            model, *make_training(model), dataloaders, sizes, EPOCHS, checkpoint=f"resnet_{name}.pth"
        )
        accuracies[name], confusion = evaluate(trained[name], dataloaders["test"])
        print(f"{name}: {accuracies[name]:.1%} of the test images\n{confusion}")
    Path("history.json").write_text(json.dumps(histories))
    plot_history(histories).savefig("history.png")
    best = trained[max(accuracies, key=accuracies.__getitem__)]
    images = sorted((DATA / "prediction").glob("*.jpg"))
    Path("predictions.json").write_text(
        json.dumps({path.name: predict(best, path, class_names) for path in images}, indent=1)
    )


if __name__ == "__main__":
    main()
