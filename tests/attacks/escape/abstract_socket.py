"""BLOCKED: connects to a socket without a file, as desktops and daemons have them."""

import socket

from attempts import TARGETS, attempt
from honest import *

attempt("connect", lambda: socket.socket(socket.AF_UNIX).connect("\0" + TARGETS["abstract_socket"]))
