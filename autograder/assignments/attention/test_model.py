"""Judges the language model, its loss and its training."""

from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.attention.observed import Coded, Logits, Loss, SmallTraining, Training
from autograder.assignments.attention.questions import Language, array_of, tokens_of, weights_of
from autograder.assignments.attention.right import (
    CLOSE,
    SHARE,
    IntArray,
    logits,
    loss,
    shapes,
    small_logits,
    small_shapes,
)
from autograder.checks import SubmissionTestCase, not_at_home
from autograder.checks.draw import Draw
from autograder.checks.histories import shown

SMALL_WIDTH = 16  # of the small model
TEXT, UNSEEN = 2400, 1200
CONTEXT, BATCH, RATE, STEPS = 10, 16, 0.015, 90
NEAR = 0.3  # nats between a claimed loss and the loss of the weights; three times as far as right ones come
NOT_PADDED = -1


class TestModel(SubmissionTestCase):
    """3. Language model"""

    @number("3.1")
    @weight(1)
    @visibility("visible")
    def test_characters(self) -> None:
        """Encode and decode translate between characters and their positions in the alphabet."""
        draw = self.draw("characters")
        language = Language(draw)
        text, tokens = language.text(draw, draw.whole(20, 30)), tokens_of(draw, (12,), len(language.alphabet))
        seen = self.observe(Coded, text=text, tokens=tokens, alphabet=language.alphabet)
        wanted = [language.alphabet.index(one) for one in text]
        hint = f"alphabet.index(character); the alphabet is {language.alphabet!r}."
        self.require_close(seen.tokens, wanted, f"the tokens of {text!r}", axes=("character",), hint=hint)
        self.require(
            seen.kind == "int64",
            expected="tokens in int64",
            seen=seen.kind,
            hint="An nn.Embedding takes whole numbers, and the cross-entropy takes them in int64.",
        )
        decoded = "".join(language.alphabet[one] for one in tokens)
        self.require(
            seen.text == decoded,
            expected=f"{decoded!r} for the tokens {tokens.tolist()}",
            seen=f"{seen.text!r}",
            hint="Join alphabet[token] for each token.",
        )

    @not_at_home
    @number("3.2")
    @weight(3)
    @visibility("visible")
    def test_logits(self) -> None:
        """LanguageModel is right for drawn weights in eval mode: for one character, one block, and two blocks."""
        draw = self.draw("logits")
        for name, length, blocks, hint in (
            ("one character", 1, 1, "Add what a block computes to its input; the norms come first."),
            ("one block", 6, 1, "Check that positions are added, and that the mask is causal."),
            ("two blocks", 7, 2, "Check that the blocks run one after another, and that each gets the mask."),
        ):
            characters, heads = draw.whole(5, 8), draw.whole(2, 3)
            sizes: Any = {"characters": characters, "width": 4 * heads, "blocks": blocks, "context": 8}
            weights, tokens = weights_of(draw, shapes(**sizes)), tokens_of(draw, (2, length), characters)
            with self.case(name, of=3):
                seen = self.observe(Logits, sizes=sizes | {"heads": heads}, weights=weights, tokens=tokens, dropout=0.2)
                self.require_close(
                    seen.logits,
                    logits(tokens, weights, heads, blocks),
                    f"logits for {name}",
                    tolerance=10 * CLOSE,
                    relative=SHARE,
                    axes=("text", "place", "character"),
                    hint=hint,
                )

    @number("3.3")
    @weight(2)
    @visibility("visible")
    def test_loss(self) -> None:
        """Loss is the cross-entropy of each next token, with its gradient, and skips padding."""
        draw = self.draw("loss")
        characters = draw.whole(4, 6)
        for name in ("no padding", "padding"):
            given = array_of(draw, (3, draw.whole(5, 7), characters))
            tokens = tokens_of(draw, given.shape[:2], characters)
            padding = draw.whole(0, characters - 1) if name == "padding" else NOT_PADDED
            if padding >= 0:
                tokens[0, -2:], tokens[1, 0], tokens[1, 1:3] = padding, padding, (padding + 1) % characters
            value, gradient = loss(given, tokens, padding)
            with self.case(name, of=2):
                seen = self.observe(Loss, logits=given, tokens=tokens, padding=padding)
                hint = "Logits at position t predict token t + 1: leave out the last logits and the first token."
                if padding >= 0:
                    hint = "Take the mean over tokens that are no padding; ignore_index does it."
                close: Any = {"tolerance": CLOSE, "relative": SHARE}
                self.require_close(np.squeeze(seen.value), value, f"the loss with {name}", **close, hint=hint)
                axes = ("text", "place", "character")
                self.require_close(seen.gradient, gradient, "the gradient", **close, axes=axes, hint=hint)

    @number("3.4")
    @weight(2)
    @visibility("visible")
    def test_training_of_a_small_model(self) -> None:
        """Train teaches a model of ours a made-up language, and returns the loss of each step."""
        draw = self.draw("small training")
        language, steps = Language(draw), STEPS + draw.whole(0, 9)
        tokens, unseen = language.tokens(draw, TEXT), self._unseen(draw, language)
        question: Any = {"characters": len(language.alphabet), "context": CONTEXT, "steps": steps}
        seen = self.observe(SmallTraining, tokens=tokens, **question, batch=BATCH, rate=RATE)
        shapes_found = [[one.shape for one in weights] for weights in (seen.before, seen.after)]
        self.require(
            shapes_found == [small_shapes(len(language.alphabet), SMALL_WIDTH)] * 2,
            expected="the parameters of the model that train is given, with other values",
            seen=f"shapes {shapes_found}",
            hint="Change only the values of parameters, as optimizer.step() does.",
        )
        before, after = (loss(small_logits(unseen, one), unseen)[0] for one in (seen.before, seen.after))
        self._require_loss("loss of the small model", after, self.threshold("loss_of_small_model"))
        self.require(
            len(seen.losses) == steps and bool(np.isfinite(seen.losses).all()),
            expected=f"{steps} finite losses, one for each step",
            seen=f"{len(seen.losses)}: {shown(seen.losses)}",
            hint="Append loss.item() in each step.",
        )
        first, last = seen.losses[0], float(np.mean(seen.losses[-10:]))
        self.require(
            self.measured("first loss and the loss before", abs(first - before), NEAR, at_least=False)
            and self.measured("last losses and the loss after", abs(last - after), NEAR, at_least=False),
            expected=f"losses that fall from about {before:.2f} to about {after:.2f}",
            seen=f"{first:.2f} at first, {last:.2f} at last",
            hint="Append the loss of each step's own pieces, in the order of the steps.",
        )

    @not_at_home
    @number("3.5")
    @weight(2)
    @visibility("visible")
    def test_training_of_the_language_model(self) -> None:
        """LanguageModel, trained by train, predicts a text that it has not seen."""
        draw = self.draw("training")
        language = Language(draw)
        tokens, unseen = language.tokens(draw, TEXT), self._unseen(draw, language)
        sizes: Any = {"characters": len(language.alphabet), "width": 24, "blocks": 1, "context": CONTEXT}
        seen = self.observe(Training, tokens=tokens, sizes=sizes | {"heads": 2}, steps=STEPS, batch=BATCH, rate=RATE)
        wanted = shapes(**sizes)
        found = {name: one.shape for name, one in seen.weights.items()}
        self.require(
            found == wanted,
            expected="the parameters that the template's __init__ makes",
            seen=", ".join(sorted({str(one) for one in found.items() ^ wanted.items()})[:4]),
            hint="Leave __init__ as it is.",
        )
        after = loss(logits(unseen, seen.weights, 2, 1), unseen)[0]
        self._require_loss("loss of the language model", after, self.threshold("loss_of_language_model"))

    def _unseen(self, draw: Draw, language: Language) -> IntArray:
        """Return texts of a language that stay outside the sandbox, (N, CONTEXT)."""
        return language.tokens(draw, UNSEEN).reshape(-1, CONTEXT)

    def _require_loss(self, name: str, value: float, most: float) -> None:
        self.require(
            self.measured(name, value, most, at_least=False),
            expected=f"a loss of {most:g} or less on unseen text of the same language",
            seen=f"{value:.2f}, computed from the trained weights",
            hint="In each step: random pieces, loss, zero_grad, backward, step. If you do all this, check the forward.",
        )
