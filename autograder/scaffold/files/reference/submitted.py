"""Praise or complaint: the model solution."""

from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

EPOCHS = 80
LEARNING_RATE = 0.1


def load_messages(path: str) -> tuple[list[str], torch.Tensor]:
    """Return the texts of a file and their labels, (N,) int64."""
    pairs = [line.split("\t") for line in Path(path).read_text(encoding="utf-8").splitlines()]
    return [text for _, text in pairs], torch.tensor([int(label) for label, _ in pairs])


def bag_of_words(texts: list[str], vocabulary: list[str]) -> torch.Tensor:
    """Return how often each word of the vocabulary stands in each text, (N, words) float32."""
    places = {word: place for place, word in enumerate(vocabulary)}
    counts = torch.zeros(len(texts), len(vocabulary))
    for row, text in enumerate(texts):
        for word in text.lower().split():
            if word in places:
                counts[row, places[word]] += 1
    return counts


def build_model(words: int) -> nn.Module:
    """Return a network from (N, words) counts to (N, 2) logits."""
    return nn.Linear(words, 2)


def train(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> list[float]:
    """Teach the network the labels y, (N,), of the counts x, (N, words); return the loss of each epoch."""
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    losses = []
    for _ in range(EPOCHS):
        optimizer.zero_grad()
        loss = functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
