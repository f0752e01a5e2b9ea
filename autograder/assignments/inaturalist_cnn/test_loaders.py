"""Judges `get_dataloaders` by the images that come out."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.inaturalist_cnn.appearance import fault_of, tiles_of
from autograder.assignments.inaturalist_cnn.matching import FloatArray, files_of, matches, recognised_colours
from autograder.assignments.inaturalist_cnn.observed import (
    FolderImages,
    Loader,
    LoaderContents,
    LoaderPass,
    OwnFolder,
    Pattern,
)
from autograder.assignments.inaturalist_cnn.questions import LoaderQuestion, loader_question, own_colours, pattern_of
from autograder.checks import SubmissionTestCase
from autograder.checks.layout import shows

FEW_OF_VALIDATION = (0.08, 0.35)  # share of train/ that still passes for 20 %
RECOGNISED = 0.8  # of the test images must be found among the files; all of them are, except for odd crops
FITS, MARGIN = 0.8, 0.05  # of an image with its file, and how much worse others must fit to be sure
KNOWN = 0.9  # of a validation image with its file, and of the validation images that must be so clear
LEAKED_SHARE, LEAKED_IMAGES = 0.03, 3  # of the training images that are recognised as validation images
VARIED = 0.1  # share of training images that augmentation changes, at least; mirroring alone changes half of them
PATTERN_SIDE = 64  # pixels
AUGMENT_PART = "Augment the training part only: a copy of all of train/ holds the validation images as well."


@dataclass(frozen=True)
class _Files:
    """The images of the data's folder: names such as "val/Aves/0a1b2c.jpg", and thumbnails, (N, ways, 3, 8, 8)."""

    names: list[str]
    thumbnails: FloatArray

    @property
    def in_train(self) -> npt.NDArray[np.bool_]:
        """Which of them are in `train`, (N,)."""
        return np.array([name.startswith("train/") for name in self.names])


class Loaders(SubmissionTestCase):
    """The question that all tests of the loaders ask."""

    def question(self) -> LoaderQuestion:
        """Return the question for loaders; it is the same in all tests."""
        return loader_question(self.draw("loaders"))

    def own_folder(self, size: int | None) -> OwnFolder:
        """Return the loaders' batches for a folder of ours; a size of None leaves the argument out."""
        asked = self.question()
        return self.observe(OwnFolder, batch_size=asked.batch, size=size, seed=asked.seed)

    def pattern(self) -> tuple[Pattern | None, npt.NDArray[np.uint8]]:
        """Return a pattern as it leaves the test loader, and the pattern itself, (3, S, S)."""
        seed = self.question().seed
        seen = self.observation(Pattern, size=PATTERN_SIDE, seed=seed).value
        return seen, pattern_of(PATTERN_SIDE, seed).transpose(2, 0, 1)


class TestLoaders(Loaders):
    """A2. The loaders"""

    @number("A2.1d")
    @weight(0.5)
    @visibility("visible")
    def test_training_and_validation_images(self) -> None:
        """The training and the validation loader share the images of train/, and no image is in both."""
        plain = self._contents(data_aug=False)
        train, val = plain.train.first.labels, plain.val.first.labels
        in_train = int(self._files().in_train.sum())
        self.require(
            len(train) + len(val) == in_train,
            expected=f"data_aug=False: the {in_train} images of train/, in two parts",
            seen=f"{len(train)} for training and {len(val)} for validation",
            hint="Take Subset(dataset, indices) with the two lists of train_val_split.",
        )
        low, high = (share * in_train for share in FEW_OF_VALIDATION)
        self.require(
            low <= len(val) <= high,
            expected=f"about 20 % of the {in_train} images of train/ for validation",
            seen=f"{len(val)}",
            hint="Return (train, validation, test, class_names), in this order.",
        )
        self._require_apart(data_aug=False)
        if self.observation(LoaderContents, size=self.question().size, data_aug=True).value is None:
            self.remark("Not judged with data_aug=True because of A2.2a.")
        else:
            self._require_apart(data_aug=True)

    def _require_apart(self, data_aug: bool) -> None:
        """Fail if validation images are among those to train on, augmented or not."""
        contents, files = self._contents(data_aug), self._files()
        train, val = contents.train.first, contents.val.first
        whole = int(files.in_train.sum())
        part = whole - len(val.labels)
        self.require(
            len(train.labels) not in (whole, whole + part, 2 * whole),
            expected=f"data_aug={data_aug}: the {part} images of the training part, once or several times",
            seen=f"{len(train.labels)} images, as if all {whole} of train/ were among them",
            hint=AUGMENT_PART,
        )
        validated = _recognised_beyond_doubt(val, files)
        if not validated.any() or validated.sum() < KNOWN * len(val.labels):  # augmented, which A2.2b judges
            return
        fit = matches(train.thumbnails, files.thumbnails)
        as_val, as_train = fit[:, validated].max(axis=1), fit[:, ~validated & files.in_train].max(axis=1)
        leaked = int(((as_val >= FITS) & (as_val > as_train + MARGIN)).sum())
        right = int(((as_train >= FITS) & (as_train > as_val + MARGIN)).sum())
        self.require(
            leaked < LEAKED_IMAGES or leaked < LEAKED_SHARE * (leaked + right),
            expected=f"data_aug={data_aug}: no validation image among those to train on, augmented or not",
            seen=f"{leaked} of the {leaked + right} training images that can be recognised are validation images",
            hint=AUGMENT_PART,
        )

    @number("A2.1e")
    @weight(0.5)
    @visibility("visible")
    def test_test_images(self) -> None:
        """The test loader gives each image of val/ once, with the class of its folder."""
        plain, files = self._contents(data_aug=False), self._files()
        wanted = [name for name in files.names if name.startswith("val/")]
        test = plain.test.first
        self.require(
            len(test.labels) == len(wanted),
            expected=f"the {len(wanted)} images of val/",
            seen=f"{len(test.labels)} images",
            hint='Build the test set as ImageFolder of data_dir + "/val", not of data_dir itself; leave no image out.',
        )
        self._require_class_names(plain.class_names, wanted)
        found = [files.names[i] for i in files_of(test.thumbnails, files.thumbnails)]
        if _covers(found, wanted):
            self._require_labels(plain.class_names, test.labels.tolist(), found)
        else:  # cropped, or with other colours: that they look like other files says nothing
            self._require_own_images_of_val(plain.class_names)

    def _require_own_images_of_val(self, names: list[str]) -> None:
        """Judge the test loader on our own folder, whose images no crop and no order of channels makes alike."""
        seen = self.own_folder(self.question().size)
        train, val = (part / 255 for part in own_colours(self.question().seed).values())
        places = recognised_colours(seen.test_means, np.concatenate([train, val]))
        of_train = int(((places >= 0) & (places < len(train))).sum())
        of_val = places[places >= len(train)] - len(train)
        whole = len(val)
        recognised = len(places) == whole == len(np.unique(of_val))
        self.require(
            recognised,
            expected="each image of val/ once",
            seen=f"of the {whole} images of val/ in the grader's own folder, {len(np.unique(of_val))} come"
            + (f", and {of_train} from its train/" if of_train else "")
            + ("" if recognised else self._unlike()),
            hint='Build the test set from the folder "val" below data_dir, and keep colours and layout.',
        )
        classes = sorted(names)
        found = [f"val/{classes[place * len(classes) // whole]}/" for place in of_val]
        self._require_labels(names, seen.test_labels, found)

    def _require_class_names(self, names: list[str], wanted: list[str]) -> None:
        classes = sorted({name.split("/")[1] for name in wanted})
        self.require(
            sorted(names) == classes,
            expected=f"class_names: {', '.join(classes)}",
            seen=", ".join(names[:12]) or "no names",
            hint="Return (train, validation, test, class_names); ImageFolder keeps the names as .classes.",
        )

    def _require_labels(self, names: list[str], labels: list[int], found: list[str]) -> None:
        right = sum(
            0 <= label < len(names) and names[label] == name.split("/")[1]
            for label, name in zip(labels, found, strict=False)
        )
        self.require(
            right >= RECOGNISED * len(found),
            expected="class_names[label] is the name of the folder that holds the image",
            seen=f"this holds for {right} of {len(found)} images",
            hint="Do not renumber the labels of a single folder.",
        )

    @number("A2.1f")
    @weight(0.5)
    @visibility("visible")
    def test_form_of_the_loaders(self) -> None:
        """The loaders open any data_dir, on any system, and obey batch_size."""
        seen = self.own_folder(self.question().size)
        self.require(
            not seen.helped,
            expected="the folders train and val are found below data_dir",
            seen=seen.helped,
            hint='Write paths with "/", or use os.path.join or pathlib: only Windows separates folders by a backslash.',
        )
        self.require(
            len(seen.test_labels) == 20,
            expected="the images of the given data_dir: 20 in val/ of our own small folder",
            seen=f"{len(seen.test_labels)} images",
            hint="Use data_dir instead of a path that is written out in the code.",
        )
        batch, sizes = self.question().batch, [next(iter(shape), 0) for shape in seen.shapes.train]
        self.require(
            sizes[:1] == [batch] and max(sizes) == batch and seen.floats,
            expected=f"batch_size={batch}: batches of {batch} images as float tensors",
            seen=f"batches of {', '.join(map(str, sizes))}" + ("" if seen.floats else ", not of floats"),
            hint="Pass batch_size to DataLoader; transforms.ToTensor() makes floats.",
        )

    @number("A2.2a")
    @weight(1)
    @visibility("visible")
    def test_training_images_vary(self) -> None:
        """data_aug=True changes the training images at random, each time; data_aug=False does not."""
        once, again = _digests(self._contents(data_aug=False).train)
        self.require(
            again <= once,
            expected="data_aug=False: the same training images in each pass, in any order",
            seen=f"{(again - once).total()} of {again.total()} differ in the second pass",
            hint="Choose the transform by data_aug.",
        )
        first, second = _digests(self._contents(data_aug=True).train)
        varied, fresh = (second - once).total(), (second - first).total()
        self.require(
            min(varied, fresh) >= VARIED * second.total() > 0,
            expected="data_aug=True: each pass changes the training images in a new way",
            seen=f"of {second.total()} images, {varied} differ from the plain ones, and {fresh} from the pass before",
            hint="Put random transforms, such as flips, rotations and crops, into the training set's transform.",
        )

    @number("A2.2b")
    @weight(1)
    @visibility("visible")
    def test_other_images_stay(self) -> None:
        """Validation and test images are never augmented."""
        augmented, plain = self._contents(data_aug=True), self._contents(data_aug=False)
        loaders = (
            ("validation", augmented.val),
            ("validation", plain.val),
            ("test", augmented.test),
            ("test", plain.test),
        )
        for name, loader in loaders:
            first, second = _digests(loader)
            self.require(
                second <= first and second.total() > 0,
                expected=f"the same {name} images in each pass",
                seen=f"{(second - first).total()} of {second.total()} differ in the second pass"
                f"{_first_new(loader.first, loader.again)}",
                hint="Make two ImageFolders of train/: an augmenting one for the training indices, and a plain one "
                "for the validation indices.",
            )
        without, with_it = (Counter(one.test.first.digests) for one in (plain, augmented))
        self.require(
            without == with_it,
            expected="the same test images with data_aug=True and data_aug=False",
            seen=f"{(with_it - without).total()} of {with_it.total()} differ with data_aug=True"
            f"{_first_new(plain.test.first, augmented.test.first)}",
            hint="Use the plain transform for the test set.",
        )

    def _unlike(self) -> str:
        """Show an image whose layout is wrong, since it cannot be recognised; return what is wrong with it."""
        seen, true = self.pattern()
        if not seen or shows(seen.image, true):
            return ""
        self.show(tiles_of(seen, true))
        fault = fault_of(seen, true)
        return f"; {fault}" if fault else ""

    def _contents(self, data_aug: bool) -> LoaderContents:
        return self.observe(LoaderContents, size=self.question().size, data_aug=data_aug)

    def _files(self) -> _Files:
        parts = [self.reference(FolderImages, part=part) for part in ("train", "val")]
        return _Files(
            [name for part in parts for name in part.files], np.concatenate([part.thumbnails for part in parts])
        )


def _covers(found: list[str], wanted: list[str]) -> bool:
    """Return whether nearly all of the wanted files are among those found, and few others."""
    inside = [name for name in found if name.startswith("val/")]
    return min(len(inside), len(set(inside))) >= RECOGNISED * len(wanted)


def _recognised_beyond_doubt(images: LoaderPass, files: _Files) -> npt.NDArray[np.bool_]:
    """Return which of the files are among these images, (files,)."""
    fit = matches(images.thumbnails, files.thumbnails)
    found = np.zeros(len(files.names), bool)
    found[fit.argmax(axis=1)[fit.max(axis=1) >= KNOWN]] = True
    return found


def _digests(loader: Loader) -> tuple[Counter[str], Counter[str]]:
    """Return how often each image came in the first pass, and in the part of the second."""
    return Counter(loader.first.digests), Counter(loader.again.digests)


def _first_new(before: LoaderPass, after: LoaderPass) -> str:
    """Return which image is the first that was not there before, after a comma; empty if each was."""
    known = set(before.digests)
    places = (place for place, digest in enumerate(after.digests, start=1) if digest not in known)
    first = next(places, 0)
    return f", the first is image {first}" if first else ""
