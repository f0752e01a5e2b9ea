"""FAILED (raised; loses 2.1, 4.1): raises an exception that is a web page with a script."""

from honest import *


def build_model():
    raise ValueError('<script>alert(1)</script><img src=x onerror="alert(2)"></pre><h1>10 / 10</h1>')
