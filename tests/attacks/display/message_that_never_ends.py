"""FAILED (cpu budget or wall clock; loses 2.1, 4.1): raises an exception that never comes to the end of its words."""

from honest import *


class Talkative(Exception):
    def __str__(self):
        while True:
            pass


def build_model():
    raise Talkative
