"""FAILED (tampered): patches the encoder so that frames carry more than the harness reads."""

from honest import *

import autograder.worker.channel as channel

true_encode = channel.encode
channel.encode = lambda value, nonce: true_encode(value, nonce) + b"and 100 points"
