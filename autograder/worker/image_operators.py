"""Stands in for `torchvision.io`'s compiled image operators, by Pillow, where they do not load.

`probes/torchvision_without_ops.py` says why they may not. Under their own names, `torch.ops.image.…`, they serve
`read_image`, `decode_image`, `decode_jpeg`, `decode_png`, `write_jpeg` and all others that work on the CPU. Both
libraries decode JPEG with libjpeg-turbo.
"""

import io
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import numpy as np
import torch
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError
from torch import library

Function = TypeVar("Function", bound=Callable[..., object])

UNCHANGED = 0
MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}  # values of ImageReadMode
DECODED = ("JPEG", "PNG", "WEBP", "GIF")  # the formats of `decode_image`
DEFINED: dict[str, Callable[..., object]] = {}  # by schema

_operators: list[library.Library] = []  # a library that is collected takes its operators with it


def install(torchvision: ModuleType) -> None:
    """From now on decode and encode images in this process with Pillow; does nothing where torchvision can."""
    image = torchvision.io.image
    if image._has_image_ops() or _operators:
        return
    operators = library.Library("image", "FRAGMENT")
    for schema, function in DEFINED.items():
        operators.define(schema)
        operators.impl(schema.split("(")[0], function, "CompositeExplicitAutograd")
    _operators.append(operators)
    image._has_image_ops = lambda: True


def _defined(schema: str) -> Callable[[Function], Function]:
    """Return a decorator that notes a function as the operator with this schema."""

    def noted(function: Function) -> Function:
        DEFINED[schema] = function
        return function

    return noted


@_defined("read_file(str filename) -> Tensor")
def _read_file(filename: str) -> torch.Tensor:
    try:
        return _as_bytes(Path(filename).read_bytes())
    except OSError as error:  # torchvision's operator raises a RuntimeError with these words
        raise RuntimeError(f"[Errno {error.errno}] {error.strerror}: '{filename}'") from None


@_defined("write_file(str filename, Tensor data) -> ()")
def _write_file(filename: str, data: torch.Tensor) -> None:
    Path(filename).write_bytes(_content(data))


@_defined("decode_image(Tensor data, int mode, bool apply_exif_orientation=False) -> Tensor")
def _decode_image(data: torch.Tensor, mode: int, apply_exif_orientation: bool = False) -> torch.Tensor:
    opened = _opened(data, DECODED)
    return _frames(opened) if opened.format == "GIF" else _pixels(opened, mode, apply_exif_orientation)


@_defined("decode_jpeg(Tensor data, int mode, bool apply_exif_orientation=False) -> Tensor")
def _decode_jpeg(data: torch.Tensor, mode: int, apply_exif_orientation: bool = False) -> torch.Tensor:
    return _pixels(_opened(data, ("JPEG",)), mode, apply_exif_orientation)


@_defined("decode_png(Tensor data, int mode, bool apply_exif_orientation=False) -> Tensor")
def _decode_png(data: torch.Tensor, mode: int, apply_exif_orientation: bool = False) -> torch.Tensor:
    return _pixels(_opened(data, ("PNG",)), mode, apply_exif_orientation)


@_defined("decode_webp(Tensor data, int mode) -> Tensor")
def _decode_webp(data: torch.Tensor, mode: int) -> torch.Tensor:
    return _pixels(_opened(data, ("WEBP",)), mode, turned=False)


@_defined("decode_gif(Tensor data) -> Tensor")
def _decode_gif(data: torch.Tensor) -> torch.Tensor:
    return _frames(_opened(data, ("GIF",)))


@_defined("encode_jpeg(Tensor data, int quality) -> Tensor")
def _encode_jpeg(data: torch.Tensor, quality: int) -> torch.Tensor:
    return _encoded(data, "JPEG", quality=quality)


@_defined("encode_png(Tensor data, int compression_level) -> Tensor")
def _encode_png(data: torch.Tensor, compression_level: int) -> torch.Tensor:
    return _encoded(data, "PNG", compress_level=compression_level)


def _opened(data: torch.Tensor, formats: tuple[str, ...]) -> Image.Image:
    """Return the image in the bytes of a file; a RuntimeError, as torchvision's, says why there is none."""
    if data.dtype != torch.uint8 or data.dim() != 1 or not data.numel():
        raise RuntimeError("Expected a non empty 1-dimensional uint8 tensor")
    try:
        opened = Image.open(io.BytesIO(_content(data)), formats=formats)
        opened.load()
    except UnidentifiedImageError:
        raise RuntimeError(f"Unsupported image file. Only {', '.join(formats).lower()} is supported here") from None
    except (OSError, SyntaxError) as error:  # Pillow's errors about files that are damaged
        raise RuntimeError(f"Image is incomplete or damaged: {error}") from None
    return opened


def _pixels(opened: Image.Image, mode: int, turned: bool) -> torch.Tensor:
    """Return an image as a (C, H, W) tensor of uint8, or of uint16 for 16 bits of grey.

    Args:
        opened: the image.
        mode: a value of `ImageReadMode`.
        turned: whether the camera's note on its orientation counts.
    """
    image = ImageOps.exif_transpose(opened) if turned else opened
    if mode != UNCHANGED:
        image = image.convert(MODES[mode])
    elif image.mode == "1":
        image = image.convert("L")
    array = np.array(image)
    planes = array[None] if array.ndim == 2 else array.transpose(2, 0, 1)
    return torch.from_numpy(planes.copy())


def _frames(opened: Image.Image) -> torch.Tensor:
    """Return the frames of a GIF, (N, 3, H, W) uint8; one frame alone is (3, H, W)."""
    frames = [
        torch.from_numpy(np.array(one.convert("RGB")).transpose(2, 0, 1)) for one in ImageSequence.Iterator(opened)
    ]
    return frames[0].contiguous() if len(frames) == 1 else torch.stack(frames)


def _encoded(data: torch.Tensor, file_format: str, **options: int) -> torch.Tensor:
    if data.dtype != torch.uint8 or data.dim() != 3 or data.shape[0] not in (1, 3):
        raise RuntimeError(f"Expected a (C, H, W) uint8 tensor with 1 or 3 channels, and not {tuple(data.shape)}")
    array, file = data.cpu().numpy(), io.BytesIO()
    Image.fromarray(array[0] if len(array) == 1 else array.transpose(1, 2, 0).copy()).save(file, file_format, **options)
    return _as_bytes(file.getvalue())


def _content(data: torch.Tensor) -> bytes:
    return data.contiguous().cpu().numpy().tobytes()


def _as_bytes(content: bytes) -> torch.Tensor:
    return torch.from_numpy(np.frombuffer(content, np.uint8).copy())
