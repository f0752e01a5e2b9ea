"""FAILED (tampered): names so many statements to leave out that no request to the supervisor could hold them."""

import os

from attempts import harness_channel
from honest import *

harness_channel().send({"returned": {"given_up": ["x" * 190] * 9000}})
os._exit(0)
