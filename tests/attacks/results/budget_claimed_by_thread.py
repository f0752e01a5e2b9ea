"""FAILED (crashed; loses 4.1): one of its threads sends the main thread the supervisor's signal."""

import signal
import threading

from honest import *


def predict(model, x):
    main = threading.main_thread().ident
    threading.Thread(target=signal.pthread_kill, args=(main, signal.SIGXCPU)).start()
    while True:
        pass
