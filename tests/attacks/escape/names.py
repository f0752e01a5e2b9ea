"""BLOCKED: asks for the address of a name, into which a secret could be woven."""

import socket

from attempts import attempt
from honest import *

attempt("getaddrinfo", lambda: socket.getaddrinfo("labels-0123.example.org", 80))
attempt("gethostbyname", lambda: socket.gethostbyname("labels-0123.example.org"))
