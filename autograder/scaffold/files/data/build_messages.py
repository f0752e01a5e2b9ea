"""Makes the messages: the students' own, and the held-out ones.

python build_messages.py

DECIDE: data that you may hand out. Rendered ones, as here, belong to nobody and can be made again.
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
PRAISE = ["great", "lovely", "friendly", "fresh", "warm", "delicious", "quick", "wonderful"]
COMPLAINT = ["cold", "slow", "rude", "stale", "noisy", "dirty", "bland", "overpriced"]
THINGS = ["soup", "staff", "bread", "service", "table", "coffee", "dessert", "kitchen"]
FORMS = ["The {thing} was {word}", "Very {word} {thing}", "{thing} and {thing} were {word} and {word}", "So {word}"]
SLIP = 0.02  # of the words belong to the other side, so that no program is right about all


def messages(count: int, seed: int) -> list[str]:
    """Return lines of a label, a tab and a text."""
    random = np.random.default_rng(seed)
    lines = []
    for _ in range(count):
        label = int(random.integers(2))
        text = str(random.choice(FORMS))
        while "{" in text:
            side = label if random.random() > SLIP else 1 - label
            text = text.replace("{word}", str(random.choice((COMPLAINT, PRAISE)[side])), 1)
            text = text.replace("{thing}", str(random.choice(THINGS)), 1)
        lines.append(f"{label}\t{text}")
    return lines


if __name__ == "__main__":
    for name, count, seed in (("messages.tsv", 300, 1), ("heldout.tsv", 300, 2)):
        (HERE / name).write_text("\n".join(messages(count, seed)) + "\n", encoding="utf-8")
