"""Puts this process's memory into large pages, so that a fork has hundreds of times fewer entries to copy.

Each probe then takes 2 CPU milliseconds less, which this costs a hundred times (docs/benchmarks.md). glibc's heap is in
large pages already, by `GLIBC_TUNABLES`; this collapses the memory that Python and the libraries mapped themselves.
"""

import ctypes
from pathlib import Path

from autograder.confinement.kernel import libc

MADV_COLLAPSE = 25  # Linux 6.1; older kernels refuse it, and nothing is lost
LARGE_PAGE_BYTES = 2 << 20


def collapse() -> None:
    """Collapse all private memory without a file behind it; parts that the kernel cannot collapse stay."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        addresses, mode, *_, inode = line.split()[:5]
        if mode != "rw-p" or inode != "0":
            continue
        begin, end = (int(address, 16) for address in addresses.split("-"))
        begin = -(-begin // LARGE_PAGE_BYTES) * LARGE_PAGE_BYTES
        for page in range(begin, end - LARGE_PAGE_BYTES + 1, LARGE_PAGE_BYTES):
            libc.madvise(ctypes.c_void_p(page), ctypes.c_size_t(LARGE_PAGE_BYTES), MADV_COLLAPSE)
