"""Observes the network, its training, and its logits of held-out messages. Runs in the sandbox."""

import torch
from torch import nn

from autograder.assignments.your_assignment.observed import MOST_LOSSES, Classified, Network, Training
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called

WORDS, CLASSES = 6, 2


def network(submitted):
    """Return the shapes of outputs for batches of 1 and of 5."""
    made = submitted.get("build_model")(WORDS)
    if not isinstance(made, nn.Module):
        raise UnexpectedResult(f"build_model returned {called(made)}; a torch.nn.Module is expected")
    return Network(outputs=[list(made(torch.zeros(count, WORDS)).shape) for count in (1, 5)])


def training(submitted):
    """Train a network of ours on messages that one word tells apart; return losses and how many it gets right."""
    torch.manual_seed(torch.initial_seed())  # the assignment's, whatever an import has drawn from its generator
    own = nn.Linear(WORDS, CLASSES)
    counts = torch.eye(WORDS).repeat(8, 1)
    labels = (counts[:, 0] + counts[:, 2] + counts[:, 4]).long()
    losses = submitted.get("train")(own, counts, labels)
    if not isinstance(losses, (list, tuple)):
        raise UnexpectedResult(f"train returned {called(losses)}; a list of losses is expected")
    right = (own(counts).argmax(dim=1) == labels).float().mean()
    return Training(losses=[float(loss) for loss in losses[:MOST_LOSSES]], right=float(right))


def classified(submitted):
    """Do all that the hand-out asks for, by the student's functions; return logits of the held-out messages.

    These enter the sandbox when training has ended, without their labels.
    """
    texts, labels = submitted.get("load_messages")("messages.tsv")
    vocabulary = sorted({word for text in texts for word in text.lower().split()})
    encode = submitted.get("bag_of_words")
    model = submitted.get("build_model")(len(vocabulary))
    submitted.get("train")(model, encode(texts, vocabulary), labels)
    logits = model(encode(submitted.receive("heldout"), vocabulary))
    return Classified(logits=logits.detach().float().numpy())
