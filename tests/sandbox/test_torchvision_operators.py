"""`torchvision.io` and `torchvision.ops` work in the sandbox, whether or not their compiled operators load there."""

import io

import numpy as np
import pytest
from PIL import Image

from autograder.model.verdict import Verdict
from tests.sandbox.bench import Bench
from tests.sandbox.test_stand_ins import seen_of


def colourful() -> Image.Image:
    """Return a colourful image, 20 pixels wide and 12 high."""
    return Image.fromarray(np.random.default_rng(4).integers(0, 256, (12, 20, 3), np.uint8))


def encoded(image: Image.Image, file_format: str) -> bytes:
    """Return an image as the bytes of a file."""
    file = io.BytesIO()
    image.save(file, file_format)
    return file.getvalue()


@pytest.mark.parametrize(
    "call",
    [
        "io.read_image('a.jpg')",
        "torchvision.io.image.read_image('a.jpg', io.ImageReadMode.RGB)",
        "io.decode_image('a.jpg', mode='RGB')",
        "io.decode_image(io.read_file('a.jpg'))",
        "io.decode_jpeg(io.read_file('a.jpg'))",
        "torch.ops.image.decode_jpeg(torch.ops.image.read_file('a.jpg'), 0, False)",
    ],
)
def test_every_way_to_read_a_jpeg_gives_the_pixels_that_pillow_gives(bench: Bench, call: str) -> None:
    """(3, H, W) as uint8."""
    file = encoded(colourful(), "JPEG")
    source = f"import torch, torchvision\nfrom torchvision import io\ndef answer():\n    return {call}.tolist()\n"

    files: dict[str, str | bytes] = {"submitted.py": source, "a.jpg": file}
    value = seen_of(bench, files)

    assert value == np.asarray(Image.open(io.BytesIO(file))).transpose(2, 0, 1).tolist()


def test_png_comes_back_as_it_was_written_and_modes_set_the_channels(bench: Bench) -> None:
    """Grey, grey with alpha, colour, and colour with alpha."""
    source = """
        import torch
        from torchvision import io
        def answer():
            pixels = torch.arange(180, dtype=torch.uint8).reshape(3, 6, 10)
            io.write_png(pixels, "a.png")
            same = torch.equal(io.decode_png(io.read_file("a.png")), pixels)
            modes = ("GRAY", "GRAY_ALPHA", "RGB", "RGBA")
            return same, [list(io.decode_image("a.png", mode=mode).shape) for mode in modes]
        """

    value = seen_of(bench, source)

    assert value == [True, [[channels, 6, 10] for channels in (1, 2, 3, 4)]]


def test_missing_and_damaged_images_raise_what_torchvision_raises(bench: Bench) -> None:
    """A RuntimeError in each case, so that code that expects one goes on."""
    source = """
        from torchvision import io
        def answer():
            said = []
            for name in ("none.jpg", "a.txt", "half.jpg"):
                try:
                    io.read_image(name)
                except RuntimeError as error:
                    said.append(str(error))
            return said
        """
    files: dict[str, str | bytes] = {
        "submitted.py": source,
        "a.txt": b"no image",
        "half.jpg": encoded(colourful(), "JPEG")[:300],
    }

    missing, foreign, half = seen_of(bench, files)

    assert "none.jpg" in missing
    assert "Unsupported" in foreign
    assert half


def test_boxes_are_suppressed_and_pooled(bench: Bench) -> None:
    """`nms` keeps the better of two boxes, and the poolings see what lies in a box."""
    source = """
        import torch
        from torchvision import ops
        def answer():
            boxes = torch.tensor([[1.0, 1, 10, 10], [0, 0, 10, 10], [20, 20, 30, 30]])
            scores, classes = torch.tensor([0.8, 0.9, 0.7]), torch.tensor([0, 1, 0])
            plane, roi = torch.arange(36.0).reshape(1, 1, 6, 6), torch.tensor([[0, 0, 0, 5.0, 5]])
            return (
                ops.nms(boxes, scores, 0.5).tolist(),
                ops.batched_nms(boxes, scores, classes, 0.5).tolist(),
                ops.box_iou(boxes[:1], boxes[1:2]).item(),
                ops.sigmoid_focal_loss(torch.zeros(2), torch.ones(2)).tolist(),
                ops.roi_pool(plane, roi, 2).flatten().tolist(),
                ops.roi_align(torch.ones(1, 1, 6, 6), roi, 2).flatten().tolist(),
            )
        """

    kept, by_class, overlap, losses, pooled, aligned = seen_of(bench, source)

    assert (kept, by_class) == ([1, 2], [1, 0, 2])
    assert overlap == pytest.approx(0.81)
    assert losses == pytest.approx([0.25 * 0.25 * np.log(2)] * 2)
    assert pooled == [14.0, 17.0, 32.0, 35.0]
    assert aligned == pytest.approx([1.0] * 4)


def test_deformable_convolution_without_offsets_is_a_convolution(bench: Bench) -> None:
    """With stride and padding, groups and a mask of ones; gradients reach the offsets."""
    source = """
        import torch
        from torchvision.ops import DeformConv2d, deform_conv2d
        def answer():
            torch.manual_seed(3)
            images, weight = torch.randn(2, 4, 9, 8), torch.randn(6, 2, 3, 3)
            offset = torch.zeros(2, 36, 5, 4, requires_grad=True)
            made = deform_conv2d(images, offset, weight, stride=2, padding=1, mask=torch.ones(2, 18, 5, 4))
            made.sum().backward()
            right = torch.nn.functional.conv2d(images, weight, stride=2, padding=1, groups=2)
            return torch.allclose(made, right, atol=1e-4), bool(offset.grad.abs().sum() > 0)
        """

    assert seen_of(bench, source) == [True, True]


def test_detector_of_torchvision_gives_boxes(bench: Bench) -> None:
    """Its region proposals need `nms`, and its heads `roi_align`."""
    source = """
        import torch, torchvision
        def answer():
            make = torchvision.models.detection.fasterrcnn_mobilenet_v3_large_320_fpn
            model = make(weights=None, weights_backbone=None).eval()
            with torch.no_grad():
                return sorted(model([torch.rand(3, 64, 64)])[0])
        """

    seen = bench.run(source)

    assert seen.verdict is Verdict.RETURNED, seen.reason
    assert seen.value == ["boxes", "labels", "scores"]
