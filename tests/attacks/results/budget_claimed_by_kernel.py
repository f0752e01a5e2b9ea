"""FAILED (crashed; loses 4.1): has the kernel send the supervisor's signal, by a limit on its own CPU seconds."""

import resource
import time

from honest import *


def predict(model, x):
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()), hard))
    while True:
        pass
