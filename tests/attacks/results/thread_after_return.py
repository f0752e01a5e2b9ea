"""FAILED (tampered or crashed): a thread goes on writing answers of its own while the probe returns."""

import threading

from honest import *

from autograder.worker.channel import Channel

honest_send = Channel.send


def write_for_ever(channel):
    while True:
        honest_send(channel, {"returned": {"predictions": [1]}})


def patched(channel, message):
    threading.Thread(target=write_for_ever, args=(channel,), daemon=True).start()
    honest_send(channel, message)
    threading.Event().wait(0.2)


Channel.send = patched
