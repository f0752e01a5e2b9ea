"""Fine-tuning a frozen ResNet-18 on eight classes of CIFAR-10: the model solution."""

import pickle
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torchvision.transforms as transforms
from models import resnet18
from torch import nn
from torch.utils.data import DataLoader, Dataset

NUM_CLASSES = 8
NUM_FEATURES = 512  # what the backbone hands to its last layer
CIFAR_MEAN = (0.4914, 0.4822, 0.4465)  # of each colour over CIFAR-10's training set, in [0, 1]
CIFAR_STD = (0.2471, 0.2435, 0.2616)
CHECKPOINT = Path("resnet18.pt")
TRAIN_FILES = [f"cifar10_batches/data_batch_{number}" for number in range(1, 6)]
HEAD_FILE = Path("finetuned_head.pt")  # written when this file is run as a program

EPOCHS = 1  # the features are learned already, and a linear head settles within one pass
LOADER_PARAMS = {"batch_size": 32, "shuffle": True}
SGD_PARAMS = {"lr": 0.01, "momentum": 0.9}


class CIFAR10(Dataset):
    """The images and labels of one or more batch files, in the order of the files.

    The image is a (3, 32, 32) float32 tensor in [0, 1]. The transform is applied each time that a
    sample is fetched, so a random one gives a new image in each epoch.

    Args:
        data_files: paths of pickled batches; rows of 3072 bytes hold a red, a green and a blue plane.
        transform: applied to the image; None leaves it as it is.
        target_transform: applied to the label; None leaves it as it is.
    """

    def __init__(
        self,
        data_files: Iterable[str],
        transform: Callable | None = None,
        target_transform: Callable | None = None,
    ) -> None:
        rows: list[np.ndarray] = []
        self.labels: list[int] = []
        for data_file in data_files:
            batch = pickle.loads(Path(data_file).read_bytes(), encoding="bytes")
            rows.extend(batch[b"data"])
            self.labels.extend(batch[b"labels"])
        planes = np.asarray(rows, dtype=np.uint8).reshape(-1, 3, 32, 32)
        self.images = torch.from_numpy(planes)  # (N, 3, 32, 32) uint8, a quarter of float32's memory
        self.transform = transform
        self.target_transform = target_transform

    def __len__(self) -> int:
        """Return the number of samples in all files together."""
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        """Return the image and the label at `index`, after their transforms."""
        image, label = self.images[index].float() / 255, self.labels[index]
        if self.transform is not None:
            image = self.transform(image)
        if self.target_transform is not None:
            label = self.target_transform(label)
        return image, label


def get_preprocess_transform(mode: str) -> transforms.Compose:
    """Return the preprocessing of an image: normalised alike in both modes, mirrored at random in "train".

    Args:
        mode: "train" or "test".

    Raises:
        ValueError: `mode` is neither.
    """
    if mode not in ("train", "test"):
        raise ValueError(f'mode is {mode!r}: use "train" or "test"')
    normalize = transforms.Normalize(CIFAR_MEAN, CIFAR_STD)
    if mode == "train":
        return transforms.Compose([transforms.RandomHorizontalFlip(), normalize])
    return transforms.Compose([normalize])


def build_dataset(data_files: Sequence[str], transform: Callable | None = None) -> Dataset:
    """Return the data set of these files, each image passed through `transform`."""
    return CIFAR10(data_files, transform=transform)


def build_dataloader(dataset: Dataset, loader_params: dict[str, Any]) -> DataLoader:
    """Return a loader of (B, 3, 32, 32) images and (B,) labels; the last batch may be smaller."""
    return DataLoader(dataset, **loader_params)


class FinetuneNet(nn.Module):
    """A frozen backbone and a new linear head.

    Args:
        backbone: a ResNet whose `fc` is its last layer; it is frozen and its `fc` taken away.
    """

    def __init__(self, backbone: nn.Module) -> None:
        super().__init__()
        backbone.fc = nn.Identity()
        self.backbone = backbone
        for parameter in self.backbone.parameters():
            parameter.requires_grad = False
        self.head = nn.Linear(NUM_FEATURES, NUM_CLASSES)

    def train(self, mode: bool = True) -> "FinetuneNet":
        """Set the head's mode; the backbone stays in eval mode, or its batch norms would drift."""
        super().train(mode)
        self.backbone.eval()
        return self

    def forward(self, images: torch.Tensor) -> torch.Tensor:  # (N, 3, 32, 32)
        with torch.no_grad():  # no gradient reaches the backbone: a third of the work of training it
            features = self.backbone(images)  # (N, 512)
        return self.head(features)  # (N, 8)


def build_model(trained: bool = False) -> FinetuneNet:
    """Return the network: the checkpoint's backbone below a new head, or below the head saved earlier.

    Args:
        trained: also load the head that running this file as a program has saved.

    Raises:
        FileNotFoundError: `resnet18.pt` is not in the working directory.
    """
    if not CHECKPOINT.is_file():
        raise FileNotFoundError(f"{CHECKPOINT} is not in {Path.cwd()}: copy it from the hand-out")
    model = FinetuneNet(resnet18(pretrained=True))
    if trained:
        model.head.load_state_dict(torch.load(HEAD_FILE, weights_only=True))
    return model


def build_optimizer(
    optim_type: str, model_params: Iterable[nn.Parameter], hparams: dict[str, float]
) -> torch.optim.Optimizer:
    """Return an "Adam" with `hparams["lr"]`, or an "SGD" with that and `hparams["momentum"]`.

    Raises:
        ValueError: `optim_type` is neither.
    """
    if optim_type == "Adam":
        return torch.optim.Adam(model_params, lr=hparams["lr"])
    if optim_type == "SGD":
        return torch.optim.SGD(model_params, lr=hparams["lr"], momentum=hparams.get("momentum", 0.0))
    raise ValueError(f'optim_type is {optim_type!r}: use "Adam" or "SGD"')


def train(
    train_dataloader: DataLoader, model: nn.Module, loss_fn: nn.Module, optimizer: torch.optim.Optimizer
) -> float:
    """Train for one pass over the loader; return the mean loss of its samples."""
    model.train()
    total_loss, samples = 0.0, 0
    for images, labels in train_dataloader:
        loss = loss_fn(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total_loss += loss.item() * len(labels)
        samples += len(labels)
    return total_loss / max(samples, 1)


@torch.no_grad()
def test(test_dataloader: DataLoader, model: nn.Module) -> float:
    """Return the fraction of the loader's images whose largest logit is the true class."""
    model.eval()
    correct, samples = 0, 0
    for images, labels in test_dataloader:
        correct += int((model(images).argmax(dim=1) == labels).sum())
        samples += len(labels)
    return correct / max(samples, 1)


def run_model() -> nn.Module:
    """Train a new head on the five training files; return the network in eval mode."""
    dataset = build_dataset(TRAIN_FILES, get_preprocess_transform("train"))
    loader = build_dataloader(dataset, LOADER_PARAMS)
    model = build_model()
    optimizer = build_optimizer("SGD", model.head.parameters(), SGD_PARAMS)
    for epoch in range(1, EPOCHS + 1):
        loss = train(loader, model, nn.CrossEntropyLoss(), optimizer)
        print(f"epoch {epoch} of {EPOCHS}: training loss {loss:.3f}")
    return model.eval()


if __name__ == "__main__":
    finetuned = run_model()
    torch.save(finetuned.head.state_dict(), HEAD_FILE)
    test_set = build_dataset(["cifar10_batches/test_batch"], get_preprocess_transform("test"))
    accuracy = test(build_dataloader(test_set, {"batch_size": 64, "shuffle": False}), finetuned)
    print(f"accuracy on test_batch: {accuracy:.1%}")
