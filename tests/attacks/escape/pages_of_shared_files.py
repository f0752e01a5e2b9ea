"""BLOCKED: asks which pages of a shared file are in memory, and so what another probe or upload has read."""

import ctypes
import mmap
import os

from attempts import attempt, system_call
from honest import *

descriptor = os.open("/usr/lib/os-release", os.O_RDONLY)
page = mmap.mmap(descriptor, 1, access=mmap.ACCESS_COPY)
address = ctypes.addressof(ctypes.c_char.from_buffer(page))
pages, told = ctypes.create_string_buffer(1), ctypes.create_string_buffer(64)
attempt("mincore", lambda: system_call("mincore", ctypes.c_void_p(address), ctypes.c_size_t(1), pages))
attempt("cachestat", lambda: system_call("cachestat", descriptor, told, told, 0))
attempt("RWF_NOWAIT", lambda: os.preadv(descriptor, [bytearray(1)], 0, os.RWF_NOWAIT))
