"""Measures how fast this machine is, by a short, fixed piece of work."""

import time

import torch

REPEATS = 3
IMAGES, CHANNELS, SIDE = 32, 64, 16


def calibration_cpu_s() -> float:
    """Return the CPU seconds of a fixed convolution on this machine, the least of some repeats.

    Training spends its time on work of this kind. So the seconds that the reference solution needed elsewhere, times
    the ratio of the two calibrations, estimate the seconds that it needs here.
    """
    torch.manual_seed(0)
    images = torch.randn(IMAGES, CHANNELS, SIDE, SIDE)
    layer = torch.nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1)
    return min(_one_pass(layer, images) for _ in range(REPEATS))


def _one_pass(layer: torch.nn.Module, images: torch.Tensor) -> float:
    begin = time.process_time()
    for _ in range(2):
        layer(images).sum().backward()
    return time.process_time() - begin
