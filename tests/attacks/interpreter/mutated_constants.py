"""INERT: changes small integers' neighbours, interned strings and defaults of the harness by their objects."""

from honest import *

import autograder.wire.frames as wire
import autograder.worker.child as child

child.BUILT_IN.clear()
wire.MAX_ARRAYS = wire.MAX_HEADER_BYTES = 1 << 60
wire.DTYPES = frozenset(["object", *wire.DTYPES])
child.CHANNEL_DESCRIPTOR = 1
