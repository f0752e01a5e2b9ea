"""FAILED (memory; loses 4.1): spreads its memory over programs that share nothing with the harness's own processes."""

import subprocess
import sys
import time

from attempts import say
from honest import *

PROGRAM = (
    'import time; kept = bytearray(70 << 20); kept[::4096] = b"x" * (70 << 8); print(1, flush=True); time.sleep(100)'
)


def predict(model, x):
    command = [sys.executable, "-I", "-S", "-c", PROGRAM]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(5)]
    for program in running:
        program.stdout.readline()
    time.sleep(0.2)
    say("BREACH: programs hold 350 MiB")
    return model(x).detach()
