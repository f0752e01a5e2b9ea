"""FAILED (raised; loses 2.1, 4.1): turns the direction of text round, so that a line reads otherwise."""

from honest import *


def build_model():
    raise ValueError("\u202e0 / 3 :1.4\u202c \u2066hidden\u2069 \u200b\u200d\ufeff\u00ad zero width")
