"""BLOCKED: sends a datagram to this machine and to the network."""

import socket

from attempts import TARGETS, attempt
from honest import *

for address in (("127.0.0.1", TARGETS["udp_port"]), ("192.0.2.1", 53), ("255.255.255.255", 9)):
    attempt(str(address), lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"labels", address))
