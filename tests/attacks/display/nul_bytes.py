"""FAILED (raised; loses 2.1, 4.1): puts NUL bytes and lone surrogates where text is expected, which files and JSON do not take."""

from honest import *


def build_model():
    print("before\0after")
    raise ValueError("nul \0 surrogates \ud800\udfff noncharacters \ufffe\uffff end")
