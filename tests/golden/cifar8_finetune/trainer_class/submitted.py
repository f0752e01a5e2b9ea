"""Everything lives in a `Trainer` with configuration, callbacks and a history, and the functions of the
hand-out are thin doors into it; over-engineered, with extra parameters that have defaults. Right: full marks.

EXPECT: loses nothing
"""
from __future__ import annotations

import abc
import enum
import functools
import pickle
import typing as tp

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

import models


class Mode(str, enum.Enum):
    TRAIN = "train"
    TEST = "test"


class Callback(abc.ABC):
    def on_epoch_end(self, trainer: "Trainer") -> None: ...


class PrintLoss(Callback):
    def on_epoch_end(self, trainer):
        print(f"[{len(trainer.history):02d}] {trainer.history[-1]:.4f}")


class Trainer:
    def __init__(self, model, loss_fn, optimizer, callbacks: tp.Sequence[Callback] = ()):
        self.model, self.loss_fn, self.optimizer = model, loss_fn, optimizer
        self.callbacks, self.history = list(callbacks), []

    def step(self, batch) -> float:
        x, y = batch
        self.optimizer.zero_grad()
        loss = self.loss_fn(self.model(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def fit_one_epoch(self, loader) -> "Trainer":
        self.model.train()
        self.history.append(float(np.mean([self.step(batch) for batch in loader])))
        for callback in self.callbacks:
            callback.on_epoch_end(self)
        return self


@functools.lru_cache(maxsize=16)
def _load(path: str) -> tuple[np.ndarray, tuple[int, ...]]:
    with open(path, "rb") as stream:
        content = pickle.load(stream, encoding="bytes")
    return np.stack(content[b"data"]).reshape(-1, 3, 32, 32), tuple(content[b"labels"])


class CIFAR10(Dataset):
    def __init__(self, data_files, transform=None, target_transform=None, *, cache=True):
        parts = [_load(str(f)) if cache else _load.__wrapped__(str(f)) for f in data_files]
        self._images = np.concatenate([images for images, _ in parts])
        self._labels = [label for _, labels in parts for label in labels]
        self._transform = transform
        self._target_transform = target_transform

    def __len__(self) -> int:
        return len(self._labels)

    def __getitem__(self, index: int):
        image, label = torch.from_numpy(self._images[index]), self._labels[index]
        if self._transform is not None:
            image = self._transform(image)
        if self._target_transform is not None:
            label = self._target_transform(label)
        return image, label


def get_preprocess_transform(mode, *, flip_probability=0.5):
    mode = Mode(mode)
    steps: list[tp.Callable] = [transforms.ConvertImageDtype(torch.float32)]
    if mode is Mode.TRAIN:
        steps.append(transforms.RandomHorizontalFlip(flip_probability))
    steps.append(transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2471, 0.2435, 0.2616)))
    return transforms.Compose(steps)


def build_dataset(data_files, transform=None, target_transform=None, cache=True):
    return CIFAR10(data_files, transform, target_transform, cache=cache)


def build_dataloader(dataset, loader_params, **overrides):
    return DataLoader(dataset, **{**loader_params, **overrides})


class Frozen(nn.Module):
    """Owns a module and never lets it train."""

    def __init__(self, module: nn.Module):
        super().__init__()
        self.module = module.requires_grad_(False)

    def train(self, mode=True):
        return super().train(False)

    def forward(self, x):
        with torch.no_grad():
            return self.module(x)


class FinetuneNet(nn.Module):
    def __init__(self, num_classes=8, features=512):
        super().__init__()
        backbone = models.resnet18(pretrained=True)
        backbone.fc = nn.Identity()
        self.frozen = Frozen(backbone)
        self.head = nn.Linear(features, num_classes)

    def forward(self, x):
        return self.head(self.frozen(x))


def build_model(trained=False, **kwargs):
    return FinetuneNet(**kwargs)


OPTIMIZERS = {"Adam": torch.optim.Adam, "SGD": torch.optim.SGD}


def build_optimizer(optim_type, model_params, hparams):
    try:
        cls = OPTIMIZERS[optim_type]
    except KeyError:
        raise ValueError(f"{optim_type!r} is not one of {sorted(OPTIMIZERS)}") from None
    return cls(model_params, **hparams)


def train(train_dataloader, model, loss_fn, optimizer, callbacks=(PrintLoss(),)):
    return Trainer(model, loss_fn, optimizer, callbacks).fit_one_epoch(train_dataloader).history[-1]


def run_model(epochs=2, lr=0.01, momentum=0.9, batch_size=64):
    dataset = build_dataset([f"cifar10_batches/data_batch_{i}" for i in range(1, 6)], get_preprocess_transform("train"))
    loader = build_dataloader(dataset, {"batch_size": batch_size, "shuffle": True})
    model = build_model()
    optimizer = build_optimizer("SGD", model.head.parameters(), {"lr": lr, "momentum": momentum})
    for _ in range(epochs):
        train(loader, model, nn.CrossEntropyLoss(), optimizer)
    return model
