"""A short, fixed piece of work that tells how fast this machine is."""

import time

import torch

REPEATS = 3
IMAGES, CHANNELS, SIDE = 32, 64, 16


def calibration_cpu_s() -> float:
    """Return the CPU seconds of a fixed convolution on this machine, the least of some repeats.

    The work is of the kind that training spends its time on, so the seconds that the reference
    solution needed elsewhere, times the ratio of the two calibrations, estimate what it needs here.
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
