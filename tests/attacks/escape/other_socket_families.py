"""BLOCKED: opens sockets of families that lead to the kernel or out of a virtual machine."""

import socket

from attempts import attempt
from honest import *

FAMILIES = {"IPv4": 2, "AX.25": 3, "IPv6": 10, "netlink": 16, "packet": 17, "RDS": 21, "CAN": 29, "TIPC": 30}
FAMILIES |= {"Bluetooth": 31, "ALG": 38, "NFC": 39, "vsock": 40, "KCM": 41, "XDP": 44}

for name, number in FAMILIES.items():
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
        attempt(name, lambda: socket.socket(number, kind))
