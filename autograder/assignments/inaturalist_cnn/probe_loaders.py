"""Observes `get_dataloaders`: which images come out, and how they look.

Runs in the sandbox, beside the student's code.
"""

import hashlib
import itertools
import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from autograder.assignments.inaturalist_cnn.observed_loaders import (
    MOST_CLASS_NAMES,
    MOST_IMAGES,
    BatchShapes,
    FolderImages,
    Loader,
    LoaderContents,
    LoaderPass,
    OwnFolder,
    Pattern,
)
from autograder.assignments.inaturalist_cnn.questions import OWN_COUNTS, own_colours, pattern_of
from autograder.assignments.inaturalist_cnn.student_loaders import call_get_dataloaders
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.training_trace import thumbnails
from autograder.probes.weights import called

TOP = "inaturalist_12K"
NAMES = ("train", "val", "test")
BATCH = 16
MOST_OWN = 32  # images of our own folder that are looked at, of each loader
AGAIN = 3  # batches of the second pass
LARGEST_SIDE = 64  # of an image that is kept whole; of a larger one, only some rows and columns are kept
CROPS = (1.0, 0.875)  # parts of the short side that Resize(256) and CenterCrop(224) leave
OWN_CLASSES = ("Amphibia", "Animalia", "Arachnida", "Aves", "Fungi")
OWN_CLASSES += ("Insecta", "Mammalia", "Mollusca", "Plantae", "Reptilia")
OWN_SIZES = ((40, 64), (64, 40), (48, 48), (30, 90), (90, 30))  # width, height


def loader_contents(submitted, size, data_aug):
    """Return what the three loaders give, image by image: a whole pass, and then the first batches once more."""
    loaders, names, _ = _loaders(submitted, TOP, BATCH, data_aug=data_aug, size=size)
    found = {
        name: Loader(first=_pass(loader), again=_pass(loader, AGAIN))
        for name, loader in zip(NAMES, loaders, strict=True)
    }
    return LoaderContents(**found, class_names=[str(name)[:200] for name in itertools.islice(names, MOST_CLASS_NAMES)])


def own_folder(submitted, batch_size, size, seed):
    """Return shapes of the batches, and values of images of a single colour each, for a folder of the harness's own.

    It lies in the same place as the hand-out's, below another working directory. A path that is written out in the code
    therefore leads to it too.

    Args:
        submitted: the submission.
        batch_size: handed on.
        size: handed on; None leaves it out.
        seed: of the colours.
    """
    function = submitted.get("get_dataloaders")
    colours = own_colours(seed)
    _write_own_folder(Path("own") / TOP, colours)
    os.chdir("own")
    arguments = {} if size is None else {"size": size}
    loaders, _, helped = _loaders(submitted, TOP, batch_size, function, data_aug=False, **arguments)
    most = 1 if size is None else MOST_OWN  # images; of large ones only the size matters
    batches = {name: _first_batches(loader, most) for name, loader in zip(NAMES, loaders, strict=True)}
    labels = {name: [int(label) for _, labels in one for label in labels] for name, one in batches.items()}
    return OwnFolder(
        helped=helped,
        shapes=BatchShapes(**{name: [list(images.shape) for images, _ in one][:4] for name, one in batches.items()}),
        floats=all(images.is_floating_point() for one in batches.values() for images, _ in one),
        test_labels=labels["test"],
        val_means=_all_means(batches["val"]),
        test_means=_all_means(batches["test"]),
        first_layer=_given_to_first_layer(submitted, batches["test"]) if size else _no_means(),
    )


def _first_batches(loader, most):
    """Return batches until they hold so many images."""
    batches, count = [], 0
    for images, labels in loader:
        batches.append((images, labels))
        count += len(labels)
        if count >= most:
            break
    return batches


def pattern(submitted, size, seed):
    """Return the first image that the test loader gives for a folder in which all images are the same.

    The image is a square of the size that is asked for, so that no resizing changes it.
    """
    function = submitted.get("get_dataloaders")
    true = pattern_of(size, seed)
    for part, count in (("train", 5), ("val", 1)):
        for name in OWN_CLASSES:
            folder = Path("pattern") / TOP / part / name
            folder.mkdir(parents=True)
            for i in range(count):
                Image.fromarray(true).save(folder / f"image_{i:02d}.jpg", "PNG")  # by content: JPEG would lose detail
    os.chdir("pattern")
    loaders, _, _ = _loaders(submitted, TOP, 1, function, data_aug=False, size=size)
    images, _ = next(iter(loaders[2]))
    array = images[0].detach().float().numpy()
    by = -(-max(array.shape[-2:]) // LARGEST_SIDE)
    return Pattern(shape=list(array.shape), image=array[..., ::by, ::by].copy())


def folder_images(submitted, part):
    """Return thumbnails of all images in `train` or `val`, in the ways to make them square.

    Uses nothing of the submission's.
    """
    paths = sorted((Path(TOP) / part).rglob("*.jpg"))
    squares = [[_square(path, way) for path in paths] for way in range(1 + len(CROPS))]
    return FolderImages(
        files=[f"{part}/{path.parent.name}/{path.name}" for path in paths],
        thumbnails=np.stack([thumbnails(torch.stack(way)) for way in squares], axis=1),  # (N, ways, 3, 8, 8)
    )


def _square(path, way):
    """Return an image as (3, 64, 64): squeezed, or its middle."""
    with Image.open(path) as file:
        image = file.convert("RGB")
    if way:
        side = round(min(image.size) * CROPS[way - 1])
        left, top = (image.width - side) // 2, (image.height - side) // 2
        image = image.crop((left, top, left + side, top + side))
    pixels = np.asarray(image.resize((64, 64), Image.Resampling.BILINEAR), np.float32)
    return torch.from_numpy(pixels.transpose(2, 0, 1).copy())


def _loaders(submitted, folder, batch_size, function=None, **arguments):
    """Return the loaders, the class names, and why the folders were not found at first, if so."""
    function = function or submitted.get("get_dataloaders")
    returned, helped = call_get_dataloaders(function, folder, batch_size, **arguments)
    if not isinstance(returned, (tuple, list)) or len(returned) < len(NAMES):
        raise UnexpectedResult(f"get_dataloaders returned {called(returned)}; (train, val, test, names) is expected")
    names = returned[3] if len(returned) > len(NAMES) else ()  # of which one test asks
    return returned[:3], names if isinstance(names, Iterable) else (), helped


def _pass(loader, batches=None):
    """Return a thumbnail, a digest and the label of each image of a pass, or of its first batches."""
    small, digests, labels = [], [], []
    for images, targets in itertools.islice(loader, batches):
        if images.dim() != 4:
            raise UnexpectedResult(
                f"a loader gives batches of shape {tuple(images.shape)}; (B, 3, size, size) is expected"
            )
        small.append(thumbnails(images.expand(-1, 3, -1, -1)))
        digests += [hashlib.sha256(image.contiguous().numpy().tobytes()).hexdigest()[:16] for image in images]
        labels += [int(target) for target in targets]
        if max(len(digests), len(labels)) > MOST_IMAGES:
            raise UnexpectedResult(f"a loader gives more than {MOST_IMAGES} images")
    return LoaderPass(
        thumbnails=np.concatenate(small) if small else np.zeros((0, 3, 8, 8), np.float16),
        digests=digests,
        labels=np.array(labels, np.int64),
    )


def _write_own_folder(folder, colours):
    """Write images of a single colour, which no crop and no resizing changes."""
    for part, count in OWN_COUNTS.items():
        for place, colour in enumerate(colours[part].astype(int).tolist()):
            label, number = divmod(place, count)
            path = folder / part / OWN_CLASSES[label] / f"image_{number:02d}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            image = Image.new("RGB", OWN_SIZES[number % len(OWN_SIZES)], tuple(colour))
            image.save(path, quality=95, subsampling=0)


def _no_means():
    return np.zeros((0, 3), np.float32)


def _all_means(batches):
    """Return the means of the channels of all images, (N, 3)."""
    return np.concatenate([_channel_means(images) for images, _ in batches] or [_no_means()])


def _channel_means(images):
    """Return the means of the channels in the middle of each image, which a border leaves as it is, (N, C)."""
    rows, columns = (slice(3 * side // 8, 3 * side // 8 + max(side // 4, 1)) for side in images.shape[2:])
    return images[:, :, rows, columns].detach().float().mean((2, 3)).numpy()


def _given_to_first_layer(submitted, batches):
    """Return the means of the channels that the pretrained network's first convolution gets of these images.

    Some students normalise in the network instead of the loader, which is as good.
    """
    given = []

    def note(module, inputs):
        if isinstance(module, torch.nn.Conv2d) and not given:
            given.append(_channel_means(inputs[0]))

    hook = torch.nn.modules.module.register_module_forward_pre_hook(note)
    try:
        model = submitted.get("build_pretrained")()
        model.eval()
        found = []
        with torch.no_grad():
            for images, _ in batches:
                given.clear()
                model(images)
                found += given
        return np.concatenate(found)
    except Exception:  # other tests judge the network
        return _no_means()
    finally:
        hook.remove()
