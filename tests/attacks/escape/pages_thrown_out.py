"""BLOCKED: throws a shared file's pages out of memory, so that those which it reads next are a message."""

import mmap
import os

from attempts import attempt, system_call
from honest import *

descriptor = os.open("/usr/lib/os-release", os.O_RDONLY)
page = mmap.mmap(descriptor, 1, prot=mmap.PROT_READ)
attempt("DONTNEED", lambda: os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED))
attempt("readahead", lambda: system_call("readahead", descriptor, 0, 4096))
for advice in (20, 21):
    attempt(f"madvise {advice}", lambda: page.madvise(advice))
