"""Counts how often planted images accuse loops of `inaturalist_cnn` that used no test image, and loops that did.

    .venv/bin/python bench/planted_images.py [--seeds N]

On the embedded data. The probe's own network is trained with its rate and epochs, by several optimizers, with several
ways to prepare and augment images. Each seed plants another arrangement, and each training is judged alone.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from autograder.assignments.inaturalist_cnn import probe_leak
from autograder.assignments.inaturalist_cnn.onlooker import features_of
from autograder.assignments.inaturalist_cnn.probe_loaders import folder_images
from autograder.checks.planted_images import DOUBT, arrangement, learned, p_value
from autograder.probes.torchvision_without_ops import import_torchvision

import_torchvision()

from torchvision import transforms

DATA = PROJECT / "fixtures" / "inaturalist_cnn"
SIDE, RUNS = 32, 2  # pixels; runs of one loop, each of which has half of the level
PREPARE = (transforms.ToTensor(), transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
SQUEEZED = transforms.Resize((SIDE, SIDE))
WAYS = {
    "plain": transforms.Compose([SQUEEZED, *PREPARE]),
    "middle": transforms.Compose([transforms.Resize(36), transforms.CenterCrop(SIDE), *PREPARE]),
    "flip, affine, colours": transforms.Compose(
        [
            SQUEEZED,
            transforms.RandomHorizontalFlip(),
            transforms.RandomAffine(15, (0.08, 0.08), (0.85, 1.15)),
            transforms.ColorJitter(0.2, 0.2, 0.2),
            *PREPARE,
        ]
    ),
    "half the image or more": transforms.Compose(
        [transforms.RandomResizedCrop(SIDE, (0.5, 1.0)), transforms.RandomHorizontalFlip(), *PREPARE]
    ),
    "crop from 8 %, rotation, colours": transforms.Compose(
        [
            transforms.RandomResizedCrop(SIDE),
            transforms.RandomHorizontalFlip(),
            transforms.RandomRotation(30),
            transforms.ColorJitter(0.4, 0.4, 0.4),
            *PREPARE,
        ]
    ),
}
OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "Adam": torch.optim.Adam,
    "SGD": torch.optim.SGD,
    "SGD with momentum and decay": lambda weights, lr: torch.optim.SGD(weights, lr, momentum=0.9, weight_decay=1e-3),
}


@dataclass(frozen=True)
class Folder:
    """The images of a folder, and the class of each."""

    images: list[Image.Image]
    labels: np.ndarray

    def some(self, places: np.ndarray) -> "Folder":
        """Return some of them."""
        return Folder([self.images[place] for place in places], self.labels[places])

    def and_also(self, other: "Folder") -> "Folder":
        """Return both together."""
        return Folder(self.images + other.images, np.concatenate([self.labels, other.labels]))


def folder(part: str) -> Folder:
    """Read the images of `train` or `val`."""
    paths = sorted((DATA / probe_leak.TOP / part).rglob("*.jpg"))
    classes = sorted({path.parent.name for path in paths})
    images = [Image.open(path).convert("RGB").resize((96, 96)) for path in paths]
    return Folder(images, np.array([classes.index(path.parent.name) for path in paths]))


def head_of(shown: Folder, way: str, optimizer: str, seed: int) -> np.ndarray:
    """Return the head of the probe's network after a training."""
    torch.manual_seed(seed)
    network, labels = probe_leak._Onlooker(), torch.tensor(shown.labels)
    steps = OPTIMIZERS[optimizer](network.parameters(), lr=probe_leak.LR)
    for _ in range(probe_leak.EPOCHS):
        images = torch.stack([WAYS[way](image) for image in shown.images])
        for some in torch.randperm(len(labels)).split(probe_leak.BATCH):
            steps.zero_grad()
            nn.functional.cross_entropy(network(images[some]), labels[some]).backward()
            steps.step()
    return network.fc.weight.detach().numpy()


def kinds(train: Folder, test: Folder, seed: int) -> Iterator[tuple[str, Folder]]:
    """Yield what a loop may train on: a split of train/, all of it, and test images beside it or alone."""
    order = np.random.default_rng(seed).permutation(len(train.labels))
    part, some = train.some(order[: 4 * len(order) // 5]), np.random.default_rng(seed).permutation(len(test.labels))
    yield "training part", part
    yield "training and validation part", train
    yield "training part and test", part.and_also(test)
    yield "training part and half of test", part.and_also(test.some(some[: len(some) // 2]))
    yield "test", test


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    seeds = parser.parse_args().seeds
    torch.set_num_threads(1)
    train, test = folder("train"), folder("val")
    os.chdir(DATA)  # where the probe finds the folders
    features = features_of(np.concatenate([folder_images(None, part).thumbnails[:, 0] for part in ("val", "train")]))
    print(f"| optimizer | preparation | trained on | p ≤ 0.01 | p ≤ 0.0005 (of {seeds}) |\n|---|---|---|--:|--:|")
    for optimizer in OPTIMIZERS:
        for way in WAYS:
            found: dict[str, list[float]] = {}
            for seed in range(seeds):
                planted = test.labels[arrangement(test.labels, seed)]
                for kind, shown in kinds(train, Folder(test.images, planted), seed):
                    head = head_of(shown, way, optimizer, seed)
                    towards = learned(np.zeros_like(head), head, features)[: len(planted)]
                    found.setdefault(kind, []).append(p_value(towards, test.labels, planted))
            for kind, values in found.items():
                doubts = [np.mean(np.array(values) <= level) for level in (0.01, DOUBT / RUNS)]
                print(f"| {optimizer} | {way} | {kind} | {doubts[0]:.2f} | {doubts[1]:.2f} |", flush=True)


if __name__ == "__main__":
    main()
