"""Models of ours, for `train` and `generate` of students: no attention is in them, which is what students write."""

import torch
from torch import nn

PARTS = ("token.weight", "hidden.weight", "hidden.bias", "output.weight", "output.bias")


class SmallModel(nn.Module):
    """Predicts the next character from the last two, by embeddings and two linear layers.

    Attributes:
        context: the most characters that it takes.
    """

    def __init__(self, characters: int, width: int, context: int) -> None:
        super().__init__()
        self.context = context
        self.token = nn.Embedding(characters, width)
        self.hidden = nn.Linear(2 * width, 2 * width)
        self.output = nn.Linear(2 * width, characters)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Return (B, T, characters) logits for (B, T) tokens."""
        now = self.token(tokens)
        before = torch.cat([torch.zeros_like(now[:, :1]), now[:, :-1]], dim=1)
        logits: torch.Tensor = self.output(torch.relu(self.hidden(torch.cat([before, now], dim=2))))
        return logits


class Tables(nn.Module):
    """Logits out of tables: of the last character, plus of its place. In train mode they are negated.

    Attributes:
        context: the most characters that it takes.
    """

    def __init__(self, token: torch.Tensor, place: torch.Tensor) -> None:
        """Take the tables, (characters, characters) and (context, characters)."""
        super().__init__()
        self.context = len(place)
        self.token = nn.Parameter(token)
        self.place = nn.Parameter(place)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Return (B, T, characters) logits for (B, T) tokens; ValueError if there are more than `context`."""
        length = tokens.shape[1]
        if length > self.context:
            raise ValueError(f"the model takes {self.context} tokens at most, and got {length}")
        logits = self.token[tokens] + self.place[:length]
        return -logits if self.training else logits
