"""INERT: changes small integers' neighbours, interned strings and defaults of the harness by their objects."""

from honest import *

import autograder.inside.child as child
import autograder.wire as wire

child.BUILT_IN.clear()
wire.MAX_ARRAYS = wire.MAX_HEADER_BYTES = 1 << 60
wire.DTYPES = frozenset(["object", *wire.DTYPES])
child.CHANNEL_DESCRIPTOR = 1
