"""BLOCKED: connects by TCP to this machine, over IPv4 and IPv6, by socket and by urllib."""

import socket
import urllib.request

from attempts import TARGETS, attempt
from honest import *

PORT = TARGETS["tcp_port"]

attempt("connect", lambda: socket.create_connection(("127.0.0.1", PORT), 1))
attempt("IPv6", lambda: socket.create_connection(("::1", PORT), 1))
attempt("urllib", lambda: urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=1))
attempt("listen", lambda: socket.create_server(("127.0.0.1", 0)))
