"""FAILED (crashed or raised; loses 4.1): an asynchronous exception, which raises when it is shown, hits the harness's frames."""

import ctypes
import threading

from honest import *


class Weird(BaseException):
    def __str__(self):
        raise Weird

    __repr__ = __str__


def predict(model, x):
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(threading.get_ident()), ctypes.py_object(Weird))
    return model(x).detach()
