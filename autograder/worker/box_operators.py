"""Stands in for `torchvision.ops`' compiled operators on boxes, by plain PyTorch, where they do not load.

`probes/torchvision_without_ops.py` says why they may not. `nms`, with it `batched_nms` and the detectors, `roi_align`,
`roi_pool`, `ps_roi_align` and `deform_conv2d` work. `ps_roi_pool` and the IoU of rotated boxes do not. Functions that
torchvision itself writes in Python, such as `box_iou` or `sigmoid_focal_loss`, need no help.
"""

import importlib
import inspect
from types import ModuleType
from typing import Any

import torch
import torch.nn.functional as F
from torch import library

SCHEMAS = {
    "roi_pool": "(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, SymInt pooled_width) "
    "-> (Tensor, Tensor)",
    "ps_roi_align": "(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, SymInt pooled_width, "
    "int sampling_ratio) -> (Tensor, Tensor)",
    "deform_conv2d": "(Tensor input, Tensor weight, Tensor offset, Tensor mask, Tensor bias, SymInt stride_h, "
    "SymInt stride_w, SymInt pad_h, SymInt pad_w, SymInt dilation_h, SymInt dilation_w, SymInt groups, "
    "SymInt offset_groups, bool use_mask) -> Tensor",
}
GATED = ("boxes", "roi_pool", "ps_roi_align", "deform_conv")  # modules that ask first whether operators are there

_operators: list[library.Library] = []  # a library that is collected takes its operators with it


def install(torchvision: ModuleType) -> None:
    """From now on run these operators in this process in Python; does nothing where torchvision's own load."""
    if torchvision.extension._has_ops() or _operators:
        return
    parts: dict[str, Any] = {name: importlib.import_module(f"torchvision.ops.{name}") for name in (*GATED, "roi_align")}
    align = inspect.unwrap(parts["roi_align"]._roi_align)  # torchvision's own, which it would compile: no compiler here
    parts["roi_align"]._roi_align = align
    operators = library.Library("torchvision", "FRAGMENT")
    for name, schema in SCHEMAS.items():
        operators.define(name + schema)
    operators.impl("nms", nms, "CPU")  # its schema is there, since torchvision asks for it on import
    operators.impl("roi_pool", roi_pool, "CompositeImplicitAutograd")
    operators.impl("ps_roi_align", _ps_roi_align_by(align), "CompositeImplicitAutograd")
    operators.impl("deform_conv2d", deform_conv2d, "CompositeImplicitAutograd")
    _operators.append(operators)
    for name in GATED:
        parts[name]._assert_has_ops = lambda: None


def nms(boxes: torch.Tensor, scores: torch.Tensor, iou_threshold: float) -> torch.Tensor:
    """Return the places of the boxes that remain, the best first.

    Args:
        boxes: (N, 4), x1, y1, x2, y2.
        scores: (N,).
        iou_threshold: a box that overlaps a better one by more goes.
    """
    order = scores.argsort(descending=True, stable=True)
    overlap = importlib.import_module("torchvision.ops").box_iou(boxes[order], boxes[order]) > iou_threshold
    kept = torch.ones(len(order), dtype=torch.bool)
    for place in range(len(order)):
        if kept[place]:
            kept[place + 1 :] &= ~overlap[place, place + 1 :]
    return order[kept]


def roi_pool(
    input: torch.Tensor, rois: torch.Tensor, spatial_scale: float, height: int, width: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the largest value of each of (height, width) bins of each box, (K, C, height, width), and no indices."""
    pooled = []
    for roi in rois:
        x1, y1, x2, y2 = _rounded_half_away(roi[1:] * spatial_scale)
        rows = _bins(y1, max(y2 - y1 + 1, 1), height, input.shape[2])
        columns = _bins(x1, max(x2 - x1 + 1, 1), width, input.shape[3])
        planes = input[int(roi[0])]  # (C, H, W)
        empty = planes.new_zeros(len(planes))
        bins = [
            planes[:, top:bottom, left:right].amax((1, 2)) if bottom > top and right > left else empty
            for top, bottom in rows
            for left, right in columns
        ]
        pooled.append(torch.stack(bins, 1).reshape(-1, height, width))
    found = torch.stack(pooled) if pooled else input.new_zeros(0, input.shape[1], height, width)
    return found, torch.full_like(found, -1, dtype=torch.int32)


def _rounded_half_away(values: torch.Tensor) -> list[int]:
    """Round as C++ does: a half goes away from zero."""
    return [int(value) for value in (values.abs() + 0.5).floor() * values.sign()]


def _bins(start: int, length: int, count: int, limit: int) -> list[tuple[int, int]]:
    """Return begin and end of each bin, within [0, limit]."""
    ends = [(start + place * length // count, start - (-(place + 1) * length // count)) for place in range(count)]
    return [(min(max(begin, 0), limit), min(max(end, 0), limit)) for begin, end in ends]


def _ps_roi_align_by(align: Any) -> Any:
    """Return `ps_roi_align`, by `roi_align`: each bin has its own channels."""

    def ps_roi_align(
        input: torch.Tensor, rois: torch.Tensor, spatial_scale: float, height: int, width: int, sampling_ratio: int
    ) -> tuple[torch.Tensor, torch.Tensor]:
        channels = torch.arange(input.shape[1]).reshape(-1, height, width)  # (C, height, width)
        values = align(input, rois, spatial_scale, height, width, sampling_ratio, True)  # (K, C·height·width, …)
        rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
        return values[:, channels, rows, columns], channels.expand(len(rois), -1, -1, -1).int()

    return ps_roi_align


def deform_conv2d(
    input: torch.Tensor, weight: torch.Tensor, offset: torch.Tensor, mask: torch.Tensor, bias: torch.Tensor,
    stride_h: int, stride_w: int, pad_h: int, pad_w: int, dilation_h: int, dilation_w: int,
    groups: int, offset_groups: int, use_mask: bool,
) -> torch.Tensor:  # fmt: skip
    """Return a convolution whose filters look at places moved by `offset`, (N, filters, height, width)."""
    count, channels, rows, columns = input.shape
    kernel_h, kernel_w = weight.shape[2:]
    out_h, out_w = offset.shape[2:]
    taps = kernel_h * kernel_w
    moved = offset.reshape(count, offset_groups, taps, 2, out_h, out_w)  # down, right
    down = torch.arange(kernel_h).repeat_interleave(kernel_w)[:, None, None] * dilation_h
    right = torch.arange(kernel_w).repeat(kernel_h)[:, None, None] * dilation_w
    y = moved[:, :, :, 0] + (down + (torch.arange(out_h) * stride_h - pad_h)[None, :, None])
    x = moved[:, :, :, 1] + (right + (torch.arange(out_w) * stride_w - pad_w)[None, None, :])
    grid = torch.stack([(2 * x + 1) / columns - 1, (2 * y + 1) / rows - 1], -1)  # pixels to [-1, 1], without corners
    parts = input.reshape(count * offset_groups, channels // offset_groups, rows, columns)
    flat = grid.reshape(count * offset_groups, taps * out_h, out_w, 2)
    seen = F.grid_sample(parts, flat, "bilinear", "zeros", align_corners=False)
    seen = seen.reshape(count, offset_groups, -1, taps, out_h * out_w)
    if use_mask:
        seen = seen * mask.reshape(count, offset_groups, 1, taps, out_h * out_w)
    seen = seen.reshape(count, groups, channels // groups * taps, out_h * out_w)
    filters = weight.reshape(groups, -1, channels // groups * taps)
    return torch.einsum("gfc,ngcp->ngfp", filters, seen).reshape(count, -1, out_h, out_w) + bias[:, None, None]
