"""BLOCKED: asks the cloud's metadata service for credentials."""

import socket
import urllib.request

from attempts import attempt
from honest import *

attempt("connect", lambda: socket.create_connection(("169.254.169.254", 80), 1))
attempt("urllib", lambda: urllib.request.urlopen("http://169.254.169.254/latest/meta-data/", timeout=1))
attempt("IPv6", lambda: socket.create_connection(("fd00:ec2::254", 80), 1))
