"""Judges `evaluate` and `predict`."""

from typing import Any

import numpy as np
import numpy.typing as npt
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.animals_transfer.images import IMAGENET_MEAN, IMAGENET_STD, SIDE, FloatArray, normalised
from autograder.assignments.animals_transfer.observed import Evaluated, Predicted, Predictions
from autograder.checks import SubmissionTestCase
from autograder.checks.differences import first_difference
from autograder.checks.draw import Draw
from autograder.checks.paired import paired
from autograder.checks.plots import tile_of
from autograder.checks.value_range import wrong_range
from autograder.model.plot import Tile, Tiles

BATCH = 5
GREYS = ((20, 50), (110, 150), (210, 240))  # between which they are drawn; the same in any order of the channels
BRIGHT, DARK = (200, 240), (20, 90)  # of a colour
CLOSE = 0.05  # network units: three grey levels
ROUNDED = 0.0051  # accuracies may be given in two decimals; a mean over batches is five times as far off


def confusion_of(draw: Draw) -> npt.NDArray[np.int64]:
    """Return rows of true classes and columns of predicted ones.

    No two numbers are alike, so that no mix-up looks right. Batches of five leave two images for the last.
    """
    left_out = draw.one_of((3, 8))
    right = draw.order([one for one in range(5, 10) if one != left_out])[:3]
    others = [one for one in range(10) if one not in (*right, left_out)]
    matrix = np.diag(right)
    for pair, (row, column) in zip((0, 1, 2), draw.order([(0, 1), (0, 2), (1, 2)]), strict=True):
        matrix[row, column], matrix[column, row] = draw.order([others[pair], others[5 - pair]])
    return matrix


def images_of(draw: Draw) -> list[list[Any]]:
    """Return width, height and colour of a red, a green and a blue image, and of three grey ones."""
    colours = [[draw.whole(*(BRIGHT if channel == place else DARK)) for channel in range(3)] for place in range(3)]
    colours += [[draw.whole(*bounds)] * 3 for bounds in GREYS]
    return [[draw.whole(64, 300), draw.whole(64, 300), colour] for colour in colours]


def names_of(draw: Draw) -> list[str]:
    """Return names of the three classes in a new order."""
    return draw.order(("panda", "cats", "dogs"))


class TestEvaluate(SubmissionTestCase):
    """2.5 Confusion matrix and accuracy"""

    @number("2.5a")
    @weight(2)
    @visibility("visible")
    def test_sum(self) -> None:
        """The confusion matrix is 3 × 3 and counts every image of the loader once."""
        found, right = self._returned_confusion(), self._confusion()
        self.require(
            found.shape == (3, 3),
            expected="a matrix of 3 × 3",
            seen=f"shape {found.shape}",
            hint="One row for each true class, one column for each predicted one.",
        )
        self.require(
            float(found.sum()) == right.sum(),
            expected=f"{right.sum()} images in all",
            seen=f"{found.sum():g}",
            hint="Count every batch, the last one included, and do not divide.",
        )

    @number("2.5b")
    @weight(4)
    @visibility("visible")
    def test_orientation(self) -> None:
        """Rows of the confusion matrix are true classes, columns predicted ones."""
        found, right = self._returned_confusion(), self._confusion()
        forms = (right, right / right.sum(axis=1, keepdims=True), right / right.sum(axis=0))  # counted elsewhere
        if found.shape == (3, 3) and any(_proportional(found.T, want) for want in forms):
            self.fail_because(
                expected="rows for true classes, columns for predicted ones",
                seen="the other way round",
                hint="confusion[label, prediction] += 1, or sklearn's confusion_matrix(labels, predictions).",
            )
        self.require(
            found.shape == (3, 3) and any(_proportional(found, want) for want in forms),
            expected=f"{right.tolist()}",
            seen=f"{found.tolist() if found.size <= 9 else found.shape}; "
            f"{first_difference(found, right, 0, ('row', 'column'))}",
            hint="Add one for each image at [true class, class of the largest output].",
        )

    @number("2.5c")
    @weight(4)
    @visibility("visible")
    def test_accuracy(self) -> None:
        """The accuracy is that of the network in evaluation mode, over all images."""
        seen, right = self._evaluated(), self._confusion()
        fraction = float(np.trace(right) / right.sum())
        if seen.accuracy is None:
            self.fail_because(
                expected="an accuracy beside the confusion matrix",
                seen=f"no single number in the result of evaluate ({seen.returned})",
                hint="return accuracy, confusion",
            )
        self.require(
            any(abs(seen.accuracy - scale * fraction) <= scale * ROUNDED for scale in (1, 100)),
            expected=f"{fraction:.4f}, or the same in percent",
            seen=f"{seen.accuracy:.4f}",
            hint="Divide the right answers by the number of images; do not average over batches: the last one is "
            "smaller.",
        )
        self.require(
            bool(seen.modes) and not any(seen.modes),
            expected="model.eval() before the first batch",
            seen="the network is in training mode",
            hint="In training mode dropout and batch norms make the answers depend on the batch.",
        )

    def _returned_confusion(self) -> npt.NDArray[np.float64]:
        seen = self._evaluated()
        if seen.confusion is None:
            self.fail_because(
                expected="a confusion matrix beside the accuracy",
                seen=f"no matrix in the result of evaluate ({seen.returned})",
                hint="return accuracy, confusion",
            )
        return seen.confusion

    def _confusion(self) -> npt.NDArray[np.int64]:
        return confusion_of(self.draw("confusion"))

    def _evaluated(self) -> Evaluated:
        right = self._confusion()
        answers = [
            [true, predicted] for true in range(3) for predicted in range(3) for _ in range(right[true, predicted])
        ]
        mixed = self.draw("answers").order(answers)
        # The last, smaller batch holds two wrong answers, so that a mean over batches is another one.
        for wrong in [one for one in mixed if one[0] != one[1]][:2]:
            mixed.remove(wrong)
            mixed.append(wrong)
        return self.observe(Evaluated, answers=mixed, batch_size=BATCH)


class TestPredict(SubmissionTestCase):
    """2.6 Prediction"""

    @number("2.6a")
    @weight(2)
    @visibility("visible")
    def test_name_of_largest_output(self) -> None:
        """The answer is the name of the class with the largest output of the network, in evaluation mode."""
        names = self._names()
        for image, row in self._rows():
            last = row.asked[-1]
            want = names[int(np.argmax(last.logits[0]))]
            self.require(
                row.answer == want,
                expected=f"{want!r} for outputs of {[round(one, 2) for one in last.logits[0]]} and {names}",
                seen=f"{row.answer!r} ({row.kind}) for an image {image[0]} × {image[1]}",
                hint="return class_names[int(outputs.argmax())], with the class_names that predict is given.",
            )
            self.require(
                not last.training,
                expected="model.eval() before the image goes forward",
                seen="the network is in training mode",
                hint="A batch norm in training mode normalises a single image by itself.",
            )

    @number("2.6b")
    @weight(2)
    @visibility("visible")
    def test_size_and_order_of_colours(self) -> None:
        """The network gets one image of 224 × 224, in the order red, green, blue."""
        for image, row in self._rows():
            shape = row.asked[-1].shape
            self.require(
                shape in ([1, 3, SIDE, SIDE], row.own and row.own.shape),
                expected=f"(1, 3, {SIDE}, {SIDE}) for an image {image[0]} wide and {image[1]} high",
                seen=f"({', '.join(map(str, shape))})",
                hint='data_transforms["val"](image).unsqueeze(0).',
            )
        levels = np.array([row.asked[-1].logits[0] for _, row in self._rows()][:3])  # of red, green and blue
        if levels.argmax(axis=0).tolist() != [0, 1, 2]:
            tiles = (_plain_tile("yours", levels[0]), _plain_tile("right", normalised(self._images()[0][2])))
            self.show(Tiles("What the network is given for a red image", tiles))
        self.require(
            levels.argmax(axis=0).tolist() == [0, 1, 2],
            expected="the first channel is brightest for a red image, the last for a blue one",
            seen="red and blue are swapped" if levels.argmax(axis=0).tolist() == [2, 1, 0] else "another order",
            hint="OpenCV reads BGR: open images with PIL, or turn them by cv2.cvtColor(image, cv2.COLOR_BGR2RGB).",
        )

    @number("2.6c")
    @weight(2)
    @visibility("visible")
    def test_normalised(self) -> None:
        """The network gets the image normalised as in validation."""
        fault = self._fault_of_greys()
        for image, row in self._rows()[3:]:  # the grey ones; the order of the channels is judged above
            found, right = np.array(row.asked[-1].logits[0]), normalised(image[2])
            # A slip in data_transforms costs its points there, and not again.
            own = np.array(row.own.levels) if row.own else right
            self.require(
                found.shape == right.shape
                and any(_close(found, want) for want in (right, own, right[::-1], own[::-1])),
                expected=f"a grey of {image[2][0]} becomes ({', '.join(f'{one:.2f}' for one in right)})",
                seen=f"({', '.join(f'{one:.2f}' for one in found)}){fault}; "
                f"{first_difference(found, right, CLOSE, ('channel',))}",
                hint="Prepare the image with data_transforms['val']: pixels in [0, 1], then ImageNet's mean and "
                "standard deviation.",
            )

    def _fault_of_greys(self) -> str:
        """Return what is wrong with the scale of the grey images, behind a colon."""
        rows = self._rows()[3:]
        found = [row.asked[-1].logits[0] for _, row in rows]
        fault = wrong_range(found, [np.array(image[2]) / 255 for image, _ in rows], IMAGENET_MEAN, IMAGENET_STD)
        return f": {fault}" if fault else ""

    def _images(self) -> list[list[Any]]:
        return images_of(self.draw("images"))

    def _names(self) -> list[str]:
        return names_of(self.draw("names"))

    def _rows(self) -> list[tuple[list[Any], Predicted]]:
        """Return each image with its observation; fails where the network was not asked."""
        rows = self.observe(Predictions, images=self._images(), class_names=self._names()).images
        self.require(
            all(row.asked for row in rows),
            expected="predict asks the network that it is given",
            seen="it does not",
            hint="predict(model, path, class_names) works with any network.",
        )
        return paired(self._images(), rows)


def _proportional(found: FloatArray, want: npt.NDArray[Any]) -> bool:
    """Return whether two matrices agree up to a factor, and up to an image or two."""
    total = float(found.sum())
    return total > 0 and bool(np.allclose(found / total, want / want.sum(), atol=0.04))


def _plain_tile(caption: str, channels: FloatArray) -> Tile:
    """Return a plain image whose channels have these means, as a tile."""
    tile = tile_of(caption, np.broadcast_to(channels[:, None, None], (3, 16, 16)))
    mean = ", ".join(f"{one:.2f}" for one in channels)
    return Tile(caption, f"red, green and blue on average: {mean}", tile.height, tile.width, tile.pixels)


def _close(found: FloatArray, want: FloatArray) -> bool:
    return found.shape == want.shape and float(np.abs(found - want).max()) <= CLOSE
