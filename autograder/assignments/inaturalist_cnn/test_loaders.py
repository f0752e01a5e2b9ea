"""Judges `get_dataloaders` by the pictures that come out."""

from collections import Counter
from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.inaturalist_cnn.appearance import fault_of, tiles_of
from autograder.assignments.inaturalist_cnn.pictures import files_of, matches
from autograder.checks import SubmissionTestCase
from autograder.checks.layout import shows

SIZE = 32  # pixels: enough to tell pictures apart
BATCH = 7  # so that 20 test pictures of one colour each are three batches
FEW_OF_VALIDATION = (0.08, 0.35)  # share of train/ that still passes for 20 %
RECOGNISED = 0.8  # of the test pictures must be found among the files; all of them are, but for odd crops
FITS, MARGIN = 0.8, 0.05  # of a picture with its file, and how much worse others must fit to be sure
KNOWN = 0.9  # of a validation picture with its file, and of the validation pictures that must be so clear
LEAKED_SHARE, LEAKED_PICTURES = 0.03, 3  # of the training pictures that are recognised as validation ones
VARIED = 0.1  # share of training pictures that augmentation changes, at least; mirroring alone changes a half
PATTERN_SIDE = 64  # pixels


class TestLoaders(SubmissionTestCase):
    """A2. The loaders"""

    @number("A2.1d")
    @weight(0.5)
    @visibility("visible")
    def test_training_and_validation_pictures(self) -> None:
        """The training and the validation loader share the pictures of train/, and none is in both."""
        plain = self._contents(data_aug=False)
        train, val = (plain["loaders"][name][0] for name in ("train", "val"))
        files = self._files()
        in_train = sum(one.startswith("train/") for one in files["files"])
        self.require(
            len(train["labels"]) + len(val["labels"]) == in_train,
            expected=f"data_aug=False: the {in_train} pictures of train/, in two parts",
            seen=f"{len(train['labels'])} for training and {len(val['labels'])} for validation",
            hint="Take Subset(dataset, indices) with the two lists of train_val_split.",
        )
        low, high = (share * in_train for share in FEW_OF_VALIDATION)
        self.require(
            low <= len(val["labels"]) <= high,
            expected=f"about 20 % of the {in_train} pictures of train/ for validation",
            seen=f"{len(val['labels'])}",
            hint="Return (train, validation, test, class_names), in this order.",
        )
        for data_aug in (False, True):
            self._require_apart(data_aug)

    def _require_apart(self, data_aug: bool) -> None:
        """Fail if validation pictures are among those to train on, augmented or not."""
        loaders = self._contents(data_aug)["loaders"]
        files = self._files()
        allowed = np.array([name.startswith("train/") for name in files["files"]])
        counts = {name: len(one[0]["labels"]) for name, one in loaders.items()}
        whole, part = int(allowed.sum()), int(allowed.sum()) - counts["val"]
        self.require(
            counts["train"] not in (whole, whole + part, 2 * whole),
            expected=f"data_aug={data_aug}: the {part} pictures of the training part, once or several times",
            seen=f"{counts['train']} pictures, as if all {whole} of train/ were among them",
            hint="Augment the training part only: a copy of all of train/ holds the validation pictures as well.",
        )
        fit = matches(loaders["val"][0]["thumbnails"], files["thumbnails"])
        validated = np.zeros(len(allowed), bool)
        validated[fit.argmax(axis=1)[fit.max(axis=1) >= KNOWN]] = True
        if not validated.any() or validated.sum() < KNOWN * counts["val"]:  # augmented, which is judged elsewhere
            return
        fit = matches(loaders["train"][0]["thumbnails"], files["thumbnails"])
        as_val, as_train = fit[:, validated].max(axis=1), fit[:, ~validated & allowed].max(axis=1)
        leaked = int(((as_val >= FITS) & (as_val > as_train + MARGIN)).sum())
        right = int(((as_train >= FITS) & (as_train > as_val + MARGIN)).sum())
        self.require(
            leaked < LEAKED_PICTURES or leaked < LEAKED_SHARE * (leaked + right),
            expected=f"data_aug={data_aug}: no validation picture among those to train on, augmented or not",
            seen=f"of {leaked + right} training pictures that can be recognised, {leaked} are validation ones",
            hint="Augment the training part only: a copy of all of train/ holds the validation pictures as well.",
        )

    @number("A2.1e")
    @weight(0.5)
    @visibility("visible")
    def test_test_pictures(self) -> None:
        """The test loader gives the pictures of val/, each once, with the class of its folder."""
        plain = self._contents(data_aug=False)
        files, names = self._files(), plain["class_names"]
        wanted = [name for name in files["files"] if name.startswith("val/")]
        test = plain["loaders"]["test"][0]
        self.require(
            len(test["labels"]) == len(wanted),
            expected=f"the {len(wanted)} pictures of val/",
            seen=f"{len(test['labels'])} pictures",
            hint='The test set is ImageFolder of data_dir + "/val", not of data_dir itself; leave none out.',
        )
        found = [files["files"][i] for i in files_of(test["thumbnails"], files["thumbnails"])]
        inside = [name for name in found if name.startswith("val/")]
        recognised = len(inside) >= RECOGNISED * len(wanted) and len(set(inside)) >= RECOGNISED * len(wanted)
        self.require(
            recognised,
            expected="each picture of val/ once",
            seen=f"{len(set(inside))} different ones of val/, and {len(found) - len(inside)} of train/"
            + ("" if recognised else self._unlike()),
            hint='Build the test set from the folder "val".',
        )
        classes = sorted({name.split("/")[1] for name in wanted})
        self.require(
            sorted(names) == classes,
            expected=f"class_names: {', '.join(classes)}",
            seen=", ".join(names[:12]),
            hint="ImageFolder keeps them as .classes.",
        )
        right = sum(
            0 <= label < len(names) and names[label] == name.split("/")[1]
            for label, name in zip(test["labels"].tolist(), found, strict=True)
        )
        self.require(
            right >= RECOGNISED * len(wanted),
            expected="class_names[label] is the name of the folder that a picture is from",
            seen=f"so for {right} of {len(wanted)} pictures",
            hint="Do not renumber the labels of one folder alone.",
        )

    @number("A2.1f")
    @weight(0.5)
    @visibility("visible")
    def test_form_of_the_loaders(self) -> None:
        """The loaders open any data_dir, on any system, and obey batch_size."""
        seen = self._own_folder(SIZE)
        self.require(
            not seen["helped"],
            expected="the folders train and val are found below data_dir",
            seen=seen["helped"],
            hint='Write paths with "/" or by os.path.join and pathlib: a backslash separates folders on Windows alone.',
        )
        self.require(
            len(seen["labels"]["test"]) == 20,
            expected="the pictures of the data_dir that is given: 20 in val/ of our own small folder",
            seen=f"{len(seen['labels']['test'])} pictures",
            hint="Use data_dir, not a path that is written out in the code.",
        )
        sizes = [shape[0] for shape in seen["shapes"]["train"]]
        self.require(
            sizes[:1] == [BATCH] and max(sizes) == BATCH and seen["floats"],
            expected=f"batch_size={BATCH}: batches of {BATCH} pictures as float tensors",
            seen=f"batches of {', '.join(map(str, sizes))}" + ("" if seen["floats"] else ", not of floats"),
            hint="Hand batch_size on to DataLoader; transforms.ToTensor() makes floats.",
        )

    @number("A2.2a")
    @weight(1)
    @visibility("visible")
    def test_training_pictures_vary(self) -> None:
        """data_aug=True changes the training pictures at random, each time; data_aug=False does not."""
        once, again = (Counter(one["digests"]) for one in self._contents(data_aug=False)["loaders"]["train"])
        self.require(
            again <= once,
            expected="data_aug=False: the same training pictures in each pass, in any order",
            seen=f"{(again - once).total()} of {again.total()} differ in the second pass",
            hint="Choose the transform by data_aug.",
        )
        first, second = (Counter(one["digests"]) for one in self._contents(data_aug=True)["loaders"]["train"])
        varied, fresh = (second - once).total(), (second - first).total()
        self.require(
            min(varied, fresh) >= VARIED * second.total() > 0,
            expected="data_aug=True: training pictures are changed anew in each pass",
            seen=f"{varied} of {second.total()} differ from the plain ones, {fresh} from the pass before",
            hint="Put random transforms, such as flips, rotations and crops, into the training set's transform.",
        )

    @number("A2.2b")
    @weight(1)
    @visibility("visible")
    def test_other_pictures_stay(self) -> None:
        """Validation and test pictures are never augmented."""
        augmented, plain = (self._contents(data_aug)["loaders"] for data_aug in (True, False))
        for name, called in (("val", "validation"), ("test", "test")):
            for loaders in (augmented, plain):
                passes = [one["digests"] for one in loaders[name]]
                first, second = (Counter(one) for one in passes)
                self.require(
                    second <= first and second.total() > 0,
                    expected=f"the same {called} pictures in each pass",
                    seen=f"{(second - first).total()} of {second.total()} differ in the second pass"
                    f"{_first_new(*passes)}",
                    hint="Make two ImageFolders of train/: an augmenting one for the training indices, and a plain one "
                    "for the validation indices.",
                )
        both = [one["test"][0]["digests"] for one in (plain, augmented)]
        first, second = (Counter(one) for one in both)
        self.require(
            first == second,
            expected="data_aug changes nothing about the test pictures",
            seen=f"{(second - first).total()} of {second.total()} differ with data_aug=True{_first_new(*both)}",
            hint="Use the plain transform for the test set.",
        )

    def _unlike(self) -> str:
        """Show a picture whose layout is wrong, since it cannot be recognised; return what is wrong with it."""
        seen = self.observation("of_pattern", size=PATTERN_SIDE).value
        if not seen or shows(seen["picture"], seen["true"]):
            return ""
        self.show(tiles_of(seen))
        return f"; {fault_of(seen)}" if fault_of(seen) else ""

    def _contents(self, data_aug: bool) -> dict[str, Any]:
        contents: dict[str, Any] = self.observe("contents", size=SIZE, data_aug=data_aug)
        return contents

    def _own_folder(self, size: int | None) -> dict[str, Any]:
        seen: dict[str, Any] = self.observe("of_own_folder", batch_size=BATCH, size=size)
        return seen

    def _files(self) -> dict[str, Any]:
        parts = [self.reference("pictures_of_folder", part=part) for part in ("train", "val")]
        return {
            "files": [name for part in parts for name in part["files"]],
            "thumbnails": np.concatenate([part["thumbnails"] for part in parts]),
        }


def _first_new(before: list[str], after: list[str]) -> str:
    """Return which picture is the first that was not there before, behind a comma; empty if each was."""
    known = set(before)
    places = (place for place, digest in enumerate(after, start=1) if digest not in known)
    first = next(places, 0)
    return f", the first is picture {first}" if first else ""
