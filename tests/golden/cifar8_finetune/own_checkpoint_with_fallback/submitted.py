"""Looks for a checkpoint of its own first, in `run_model` and in `build_model(trained=True)`, and falls back
on training when it is not there; at the end it saves one, and does not mind where saving is forbidden. A
careful program: full marks.

EXPECT: loses nothing
"""

from __future__ import annotations

import logging
import pickle
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms import Compose, Normalize, RandomHorizontalFlip

from models import resnet18

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
log = logging.getLogger(__name__)

BEST = Path("checkpoints") / "best.pth"


@dataclass
class Config:
    lr: float = 0.01
    momentum: float = 0.9
    batch_size: int = 64
    epochs: int = 2


@dataclass
class CIFAR10(Dataset):
    data_files: list
    transform: object = None
    target_transform: object = None

    def __post_init__(self):
        batches = [pickle.loads(Path(p).read_bytes(), encoding="bytes") for p in self.data_files]
        self.images: Tensor = torch.cat([torch.from_numpy(np.vstack(b[b"data"])) for b in batches])
        self.labels: list[int] = [y for b in batches for y in b[b"labels"]]

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        x: Tensor = self.images[i].view(3, 32, 32).float() / 255
        y: int = self.labels[i]
        return (self.transform(x) if self.transform else x), (self.target_transform(y) if self.target_transform else y)


def get_preprocess_transform(mode: str = "train"):
    return Compose([
        *([RandomHorizontalFlip()] if mode == "train" else []),
        Normalize((0.4914, 0.4822, 0.4465), (0.2471, 0.2435, 0.2616)),
    ])


def build_dataset(data_files, transform=None, **kwargs) -> CIFAR10:
    return CIFAR10(list(data_files), transform, **kwargs)


def build_dataloader(dataset, loader_params) -> DataLoader:
    return DataLoader(dataset, **loader_params)


class FinetuneNet(nn.Module):
    def __init__(self, n_classes: int = 8):
        super().__init__()
        self.backbone = resnet18(pretrained=True)
        self.backbone.fc = nn.Identity()
        self.freeze()
        self.head = nn.Linear(512, n_classes)

    def freeze(self):
        for p in self.backbone.parameters():
            p.requires_grad_(False)

    def train(self, mode=True):
        super().train(mode)
        self.backbone.train(False)
        return self

    @torch.no_grad()
    def embed(self, x: Tensor) -> Tensor:
        return self.backbone(x)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.embed(x))


def build_model(trained: bool = False) -> FinetuneNet:
    model = FinetuneNet()
    if trained:
        model.load_state_dict(torch.load(BEST))
    return model


def build_optimizer(optim_type: str, model_params, hparams: dict):
    kwargs = dict(lr=hparams["lr"])
    if optim_type == "SGD":
        kwargs.update(momentum=hparams["momentum"])
    return getattr(torch.optim, optim_type)(model_params, **kwargs)


def train(train_dataloader, model, loss_fn, optimizer):
    model.train()
    for x, y in train_dataloader:
        loss = loss_fn(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    log.info("loss of the last batch %.4f", loss)


def run_model():
    try:
        model = build_model(trained=True)
        log.info("found %s, no need to train", BEST)
        return model.eval()
    except (FileNotFoundError, RuntimeError) as error:
        log.info("no checkpoint (%s), training", error)
    cfg = Config()
    model = build_model()
    ds = build_dataset(sorted(Path("cifar10_batches").glob("data_batch_?")), get_preprocess_transform("train"))
    dl = build_dataloader(ds, {"batch_size": cfg.batch_size, "shuffle": True})
    opt = build_optimizer("SGD", model.head.parameters(), {"lr": cfg.lr, "momentum": cfg.momentum})
    for _ in range(cfg.epochs):
        train(dl, model, nn.CrossEntropyLoss(label_smoothing=0.05), opt)
    try:
        BEST.parent.mkdir(exist_ok=True)
        torch.save(model.state_dict(), BEST)
    except (OSError, RuntimeError):  # torch reports a folder that it may not write to as a RuntimeError
        log.info("could not save")
    return model.eval()
