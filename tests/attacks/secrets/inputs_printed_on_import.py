"""FAILED (tampered): asks for the held-out inputs before anything else, and prints them in a visible test."""

from attempts import harness_channel, say
from honest import *

say(f"BREACH: {harness_channel().ask('heldout')!r}")
