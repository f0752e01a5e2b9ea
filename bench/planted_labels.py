"""Counts how often planted labels accuse heads that never saw them, and heads that did.

    .venv/bin/python bench/planted_labels.py [--seeds N]

Linear heads on the frozen features of cifar8_finetune, on the embedded data: the smallest network of the assignments,
and so the hardest case. Each seed draws a derangement and trains each kind of head twice, under two of them.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "student_template" / "cifar8_finetune")]

from models import resnet18

from autograder.checks.draw import Draw
from autograder.checks.pickled_batches import read_batch
from autograder.checks.planting import DOUBT, class_means, derangement, p_value, planted_labels

DATA = PROJECT / "fixtures" / "cifar8_finetune"
MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2471, 0.2435, 0.2616)
CLASSES, FEATURES = 8, 512


@dataclass(frozen=True)
class Images:
    """Features of images and of their mirror images, (N, 512) each, with labels, (N,)."""

    features: torch.Tensor
    mirrored: torch.Tensor
    labels: np.ndarray

    def with_labels(self, labels: np.ndarray) -> "Images":
        """Return the same with other labels."""
        return Images(self.features, self.mirrored, labels)

    def and_also(self, other: "Images") -> "Images":
        """Return both together."""
        parts = ((self.features, other.features), (self.mirrored, other.mirrored))
        return Images(*map(torch.cat, parts), np.concatenate([self.labels, other.labels]))


@dataclass(frozen=True)
class Recipe:
    """How a head is trained."""

    name: str
    optimizer: Callable[..., torch.optim.Optimizer]
    rate: float
    batch: int
    passes: int

    def head(self, images: Images, seed: int, chosen_by: Images | None = None) -> nn.Linear:
        """Return a trained head; the best of 8 passes by accuracy on some images, if there are any."""
        torch.manual_seed(seed)
        head, best = nn.Linear(FEATURES, CLASSES), (-1.0, {})
        momentum = {"momentum": 0.9} if self.optimizer is torch.optim.SGD else {}
        optimizer, labels = self.optimizer(head.parameters(), lr=self.rate, **momentum), torch.tensor(images.labels)
        for _ in range(8 if chosen_by else self.passes):
            shown = torch.where(torch.rand(len(labels), 1) < 0.5, images.features, images.mirrored)
            for some in torch.randperm(len(labels)).split(self.batch):
                optimizer.zero_grad()
                nn.functional.cross_entropy(head(shown[some]), labels[some]).backward()
                optimizer.step()
            if chosen_by:
                accuracy = float((logits(head, chosen_by).argmax(1) == chosen_by.labels).mean())
                best = max(
                    best, (accuracy, {k: v.clone() for k, v in head.state_dict().items()}), key=lambda one: one[0]
                )
        if chosen_by:
            head.load_state_dict(best[1])
        return head


RECIPES = (
    Recipe("SGD 0.01, 1 pass of 32", torch.optim.SGD, 0.01, 32, 1),
    Recipe("SGD 0.01, 1 pass of 64", torch.optim.SGD, 0.01, 64, 1),
    Recipe("SGD 0.001, 5 passes of 32", torch.optim.SGD, 0.001, 32, 5),
    Recipe("SGD 0.01, 10 passes of 32", torch.optim.SGD, 0.01, 32, 10),
    Recipe("Adam 0.001, 1 pass of 32", torch.optim.Adam, 0.001, 32, 1),
    Recipe("Adam 0.002, 3 passes of 32", torch.optim.Adam, 0.002, 32, 3),
    Recipe("Adam 0.01, 5 passes of 64", torch.optim.Adam, 0.01, 64, 5),
)


def logits(head: nn.Linear, images: Images) -> np.ndarray:
    """Return a head's logits."""
    with torch.no_grad():
        return head(images.features).numpy()


def features_of(files: list[Path]) -> Images:
    """Return all images of some batch files, as the frozen backbone sees them."""
    network = resnet18()
    weights = torch.load(DATA / "resnet18.pt", weights_only=True)
    network.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in weights.items()}, strict=False)
    network.fc = nn.Identity()
    network.eval()
    batches = [read_batch(file) for file in files]
    pixels = torch.from_numpy(np.concatenate([images for images, _ in batches])).float() / 255
    pixels = (pixels - torch.tensor(MEAN).reshape(3, 1, 1)) / torch.tensor(STD).reshape(3, 1, 1)
    with torch.no_grad():
        both = [torch.cat([network(some) for some in one.split(80)]) for one in (pixels, pixels.flip(3))]
    return Images(*both, np.concatenate([labels for _, labels in batches]))


def trained(recipe: Recipe, train: Images, planted: Images, seed: int) -> Iterator[tuple[str, nn.Linear]]:
    """Yield a head of each kind."""
    yield "train alone", recipe.head(train, seed)
    yield "train, best of 8 passes on test", recipe.head(train, seed, chosen_by=planted)
    yield "train and test", recipe.head(train.and_also(planted), seed)
    yield "test alone", recipe.head(planted, seed)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=50)
    seeds = parser.parse_args().seeds
    torch.set_num_threads(1)
    train = features_of([DATA / f"cifar10_batches/data_batch_{n}" for n in range(1, 6)])
    test, heldout = (features_of([DATA / name]) for name in ("cifar10_batches/test_batch", "heldout_batch"))
    right = class_means(logits(RECIPES[0].head(train, 20240), heldout), heldout.labels, CLASSES)
    print("| recipe | trained on | p ≤ 0.01 | p ≤ 0.0001 | accused |\n|---|---|--:|--:|--:|")
    for recipe in RECIPES:
        found: dict[str, list[float]] = {}
        for seed in range(2 * seeds):
            planted = derangement(Draw("bench", seed), CLASSES)
            labels = np.array(planted_labels(Draw("which", seed), test.labels.tolist(), planted))
            for kind, head in trained(recipe, train, test.with_labels(labels), seed):
                means = class_means(logits(head, heldout), heldout.labels, CLASSES)
                found.setdefault(kind, []).append(p_value(means, right, planted))
        for kind, values in found.items():
            once = np.array(values)
            twice = (once.reshape(-1, 2) <= DOUBT).all(axis=1).mean()
            print(
                f"| {recipe.name} | {kind} | {(once <= DOUBT).mean():.3f} | {(once <= 1e-4).mean():.3f} | {twice:.3f} |"
            )


if __name__ == "__main__":
    main()
