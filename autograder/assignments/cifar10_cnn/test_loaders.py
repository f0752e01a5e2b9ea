"""Judges the two loaders."""

from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.cifar10_cnn.observed import Loader, Loaders
from autograder.checks import SubmissionTestCase
from autograder.checks.differences import first_other

TEST_FROM = 1000  # labels of test images begin here or later; those of training images are below
FIRST = 500  # largest distance of the first label from 0 and from there
BATCHES = (12, 20)  # sizes from which one is drawn
DEFAULT = 25

Orders = tuple[list[int | float], list[int | float]]  # labels in two passes over a loader


class TestLoaders(SubmissionTestCase):
    """2. Loaders"""

    @number("2.1")
    @weight(3)
    @visibility("visible")
    def test_batches(self) -> None:
        """Batches have the size that is asked for, and no image is left out."""
        batch, data = self._batch(), (self._train(), self._test())
        wanted = {length: _sizes(length, batch) for _, length in data}
        for loader in self._loaders():
            length = sum(loader.sizes)
            nearest = min(wanted, key=lambda one: abs(one - length))
            other = first_other(loader.sizes, wanted[nearest], "batch")
            self.require(
                loader.sizes == wanted[nearest],
                expected=f"{nearest} images in batches of {batch}: "
                f"{nearest // batch} batches and one of {nearest % batch}",
                seen=f"{length} images in batches of {_summary(loader.sizes)}" + (f"; {other}" if other else ""),
                hint="Pass batch_size to both DataLoaders, and leave drop_last at False.",
            )
            different = len(set(loader.orders[0]))
            self.require(
                different == length,
                expected=f"each of {length} images once in an epoch",
                seen=f"{different} different ones",
                hint="Let the DataLoader go through the data set; shuffle=True takes each image once.",
            )

    @number("2.2")
    @weight(1)
    @visibility("visible")
    def test_default_batch_size(self) -> None:
        """Without a batch size, batches hold 25 images."""
        sizes = self._loaders(with_size=False)[0].sizes
        self.require(
            bool(sizes) and sizes[0] == DEFAULT,
            expected=f"build_loaders(trainset, testset) makes batches of {DEFAULT}",
            seen=f"batches of {_summary(sizes)}",
            hint="def build_loaders(trainset, testset, batch_size=25)",
        )

    @number("2.3")
    @weight(3)
    @visibility("visible")
    def test_train_is_shuffled(self) -> None:
        """The training images come in a new order in each epoch."""
        candidates = self._candidates(self._train(), 0)
        if any(_shuffled(orders) for orders in candidates):
            return
        first, _ = candidates[0]
        self.fail_because(
            expected="a new order in each epoch",
            seen="the order of the data set" if first == sorted(first) else "the same order in both epochs",
            hint="DataLoader(trainset, batch_size=batch_size, shuffle=True)",
        )

    @number("2.4")
    @weight(2)
    @visibility("visible")
    def test_test_keeps_its_order(self) -> None:
        """The test images come in the order of the data set."""
        candidates = self._candidates(self._test(), 1)
        self.require(
            any(all(order == sorted(order) and order for order in orders) for orders in candidates),
            expected="the order of the data set, each time",
            seen=_first_out_of_order(candidates[0]),
            hint="DataLoader(testset, batch_size=batch_size) without shuffle=True keeps the images in place.",
        )

    @number("2.5")
    @weight(1)
    @visibility("visible")
    def test_train_comes_first(self) -> None:
        """The loader of the training images comes first, then that of the test images."""
        found = [{label >= TEST_FROM for label in loader.orders[0]} for loader in self._loaders()]
        self.require(
            found == [{False}, {True}],
            expected="build_loaders(trainset, testset, …) returns (train, test), each over its own images",
            seen="the loaders hold each other's images" if found == [{True}, {False}] else "other images",
            hint="Check the order in your return statement, and the data set that each DataLoader gets.",
        )

    def _loaders(self, with_size: bool = True) -> tuple[Loader, Loader]:
        asked = self._batch() if with_size else None
        return self.observe(Loaders, train=self._train(), test=self._test(), batch_size=asked).loaders

    def _batch(self) -> int:
        return self.draw("batch").whole(*BATCHES)

    def _train(self) -> list[int]:
        """Return the first label and the length of the training images; the length is no multiple of a batch."""
        return [self.draw("first label").whole(0, FIRST), self._length("training images", 5)]

    def _test(self) -> list[int]:
        return [TEST_FROM + self.draw("first test label").whole(0, FIRST), self._length("test images", 3)]

    def _length(self, name: str, batches: int) -> int:
        batch, draw = self._batch(), self.draw(name)
        length = batches * batch + draw.whole(1, batch - 1)
        return length + 1 if length % DEFAULT == 0 and (length + 1) % batch else length

    def _candidates(self, data: list[int], place: int) -> list[Orders]:
        """Return the orders of the loader in this place, and of the one over this data set.

        They differ where the two are swapped, which is judged on its own; either may be meant then.
        """
        loaders = self._loaders()
        over = [one for one in loaders if set(one.orders[0]) & set(range(data[0], data[0] + data[1]))]
        return [one.orders for one in (loaders[place], *over[:1])]


def _first_out_of_order(orders: Orders) -> str:
    """Return which image is the first that is not in its place, in either epoch."""
    for epoch, order in enumerate(orders, start=1):
        wrong = first_other(order, sorted(order), "image")
        if wrong:
            return f"another order; in epoch {epoch}, by their labels, {wrong}"
    return "no images"


def _sizes(length: int, batch: int) -> list[int]:
    return [batch] * (length // batch) + [length % batch]


def _shuffled(orders: Orders) -> bool:
    """Return whether two epochs have two orders, neither of them that of the data set."""
    first, second = orders
    return first != second and sorted(first) != first and sorted(second) != second


def _summary(sizes: list[int]) -> str:
    return f"{sizes[0]}, the last {sizes[-1]}" if sizes else "none"
