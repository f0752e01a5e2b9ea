"""Observes `get_dataloaders`: which images come out, and how they look.

Runs in the sandbox, beside the student's code.
"""

import hashlib
import itertools
import os
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from autograder.probes.submitted import UnexpectedResult
from autograder.probes.training_trace import thumbnails
from autograder.probes.weights import called

TOP = "inaturalist_12K"
NAMES = ("train", "val", "test")
BATCH = 16
AGAIN = 3  # batches of the second pass
MOST_PICTURES = 4000  # of one loader
LARGEST_SIDE = 64  # of a picture that is looked at; of a larger one some rows and columns are
CROPS = (1.0, 0.875)  # the middle that Resize(256) and CenterCrop(224) leave
OWN_CLASSES = ("Amphibia", "Animalia", "Arachnida", "Aves", "Fungi")
OWN_CLASSES += ("Insecta", "Mammalia", "Mollusca", "Plantae", "Reptilia")
OWN_SIZES = ((40, 64), (64, 40), (48, 48), (30, 90), (90, 30))  # width, height


def contents(submitted, size, data_aug):
    """Return what the three loaders give, picture by picture: all of it, and then the first batches once more."""
    loaders, names, helped = _loaders(submitted, TOP, BATCH, data_aug=data_aug, size=size)
    found = {name: [_pass(loader), _pass(loader, AGAIN)] for name, loader in zip(NAMES, loaders, strict=True)}
    return {"loaders": found, "class_names": [str(name) for name in names], "helped": helped}


def of_own_folder(submitted, batch_size, size):
    """Return shapes of the batches, and values of pictures of one colour, for a folder of the harness's own.

    It lies where the hand-out's does, below another working directory, so that a path that is written out in
    the code leads there too.

    Args:
        submitted: the submission.
        batch_size: handed on.
        size: handed on; None leaves it out.
    """
    function = submitted.get("get_dataloaders")
    colours = _write_own_folder(Path("own") / TOP)
    os.chdir("own")
    arguments = {} if size is None else {"size": size}
    loaders, names, helped = _loaders(submitted, TOP, batch_size, function, data_aug=False, **arguments)
    most = 1 if size is None else 4  # batches; large pictures are looked at for their size alone
    batches = {name: list(itertools.islice(loader, most)) for name, loader in zip(NAMES, loaders, strict=True)}
    return {
        "helped": helped,
        "class_names": [str(name) for name in names],
        "shapes": {name: [list(images.shape) for images, _ in one] for name, one in batches.items()},
        "floats": all(images.is_floating_point() for one in batches.values() for images, _ in one),
        "labels": {name: [int(label) for _, labels in one for label in labels] for name, one in batches.items()},
        "means": {name: _all_means(batches[name]) for name in ("val", "test")},
        "first_layer": _what_the_first_layer_gets(submitted, batches["test"]) if size else np.zeros((0, 3), np.float32),
        "colours": colours,
    }


def of_pattern(submitted, size):
    """Return the first picture that the test loader gives of a folder where all are one picture, beside that one.

    The picture is a square of the size that is asked for, so that no resizing changes it.
    """
    function = submitted.get("get_dataloaders")
    true = _pattern(size)
    for part, count in (("train", 5), ("val", 1)):
        for name in OWN_CLASSES:
            folder = Path("pattern") / TOP / part / name
            folder.mkdir(parents=True)
            for i in range(count):
                Image.fromarray(true).save(folder / f"picture_{i:02d}.jpg", "PNG")  # by content; JPEG would lose some
    os.chdir("pattern")
    loaders, _, _ = _loaders(submitted, TOP, 1, function, data_aug=False, size=size)
    images, _ = next(iter(loaders[2]))
    array = images[0].detach().float().numpy()
    by = -(-max(array.shape[-2:]) // LARGEST_SIDE)
    return {"shape": list(array.shape), "picture": array[..., ::by, ::by].copy(), "true": true.transpose(2, 0, 1)}


def _pattern(size):
    """Return a picture without any symmetry, (size, size, 3) uint8, for a multiple of 4."""
    random = np.random.default_rng(9)
    coarse = random.integers(0, 256, (4, 4, 3)).repeat(size // 4, axis=0).repeat(size // 4, axis=1)
    return (0.8 * coarse + 0.2 * random.integers(0, 256, (size, size, 3))).astype(np.uint8)


def pictures_of_folder(submitted, part):
    """Return thumbnails of all pictures in `train` or `val` in the ways that they can be made square.

    Uses nothing of the submission's.
    """
    paths = sorted((Path(TOP) / part).rglob("*.jpg"))
    squares = [[_square(path, way) for path in paths] for way in range(1 + len(CROPS))]
    return {
        "files": [f"{part}/{path.parent.name}/{path.name}" for path in paths],
        "thumbnails": np.stack([thumbnails(torch.stack(way)) for way in squares], axis=1),  # (N, ways, 3, 8, 8)
    }


def _square(path, way):
    """Return a picture as (3, 64, 64): squeezed, or its middle."""
    with Image.open(path) as image:
        picture = image.convert("RGB")
    if way:
        side = round(min(picture.size) * CROPS[way - 1])
        left, top = (picture.width - side) // 2, (picture.height - side) // 2
        picture = picture.crop((left, top, left + side, top + side))
    pixels = np.asarray(picture.resize((64, 64), Image.Resampling.BILINEAR), np.float32)
    return torch.from_numpy(pixels.transpose(2, 0, 1).copy())


def _loaders(submitted, folder, batch_size, function=None, **arguments):
    """Return loaders, class names, and whether the paths needed help.

    Code that joins paths with backslashes finds its folders by links of these very names; that it is wrong is
    judged once.
    """
    function = function or submitted.get("get_dataloaders")
    helped = ""
    try:
        returned = function(folder, batch_size, **arguments)
    except Exception as error:  # often FileNotFoundError, or an empty list of files
        helped = f"{type(error).__name__}: {error}"[:300]
        for part in ("train", "val"):
            for name in (f"{folder}\\{part}", f"{folder}\\{part}\\"):
                if not Path(name).exists():
                    Path(name).symlink_to(Path(folder, part).resolve())
        returned = function(folder, batch_size, **arguments)
    if not isinstance(returned, (tuple, list)) or len(returned) != 4:
        raise UnexpectedResult(f"get_dataloaders returned {called(returned)}; (train, val, test, names) is expected")
    return returned[:3], returned[3], helped


def _pass(loader, batches=None):
    """Return for each picture of a pass, or of its first batches, a thumbnail, a digest of its values, its label."""
    small, digests, labels = [], [], []
    for images, targets in itertools.islice(loader, batches):
        if images.dim() != 4:
            raise UnexpectedResult(
                f"a loader gives batches of shape {tuple(images.shape)}; (B, 3, size, size) is expected"
            )
        small.append(thumbnails(images.expand(-1, 3, -1, -1)))
        digests += [hashlib.sha256(image.contiguous().numpy().tobytes()).hexdigest()[:16] for image in images]
        labels += [int(target) for target in targets]
        if len(labels) > MOST_PICTURES:
            raise UnexpectedResult(f"a loader gives more than {MOST_PICTURES} pictures")
    return {
        "thumbnails": np.concatenate(small) if small else np.zeros((0, 3, 8, 8), np.float16),
        "digests": digests,
        "labels": np.array(labels, np.int64),
    }


def _write_own_folder(folder):
    """Write pictures of one colour each, a colour for each class; return the colours, (classes, 3) in [0, 1]."""
    colours = np.random.default_rng(8).integers(20, 236, (len(OWN_CLASSES), 3)).astype(np.uint8)
    for part, count in (("train", 10), ("val", 2)):
        for name, colour in zip(OWN_CLASSES, colours.tolist(), strict=True):
            (folder / part / name).mkdir(parents=True)
            for i in range(count):
                picture = Image.new("RGB", OWN_SIZES[i % len(OWN_SIZES)], tuple(colour))
                picture.save(folder / part / name / f"picture_{i:02d}.jpg", quality=95, subsampling=0)
    return colours.astype(np.float32) / 255


def _all_means(batches):
    """Return the means of the channels of all pictures, (N, 3)."""
    return np.concatenate([_channel_means(images) for images, _ in batches] or [np.zeros((0, 3), np.float32)])


def _channel_means(images):
    return images.detach().float().mean((2, 3)).numpy()


def _what_the_first_layer_gets(submitted, batches):
    """Return what the pretrained network's first convolution gets of these pictures, as means of channels.

    Some students normalise in the network and not in the loader, which is as good.
    """
    got = []

    def note(module, inputs):
        if isinstance(module, torch.nn.Conv2d) and not got:
            got.append(_channel_means(inputs[0]))

    hook = torch.nn.modules.module.register_module_forward_pre_hook(note)
    try:
        model = submitted.get("build_pretrained")()
        model.eval()
        found = []
        with torch.no_grad():
            for images, _ in batches:
                got.clear()
                model(images)
                found += got
        return np.concatenate(found)
    except Exception:  # the network is judged elsewhere
        return np.zeros((0, 3), np.float32)
    finally:
        hook.remove()
