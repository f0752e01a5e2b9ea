"""FAILED (raised; loses 2.1, 4.1): raises an exception whose message is an instance of its own str subclass."""

from honest import *


class Sly(str):
    def __getitem__(self, index):
        return self

    def replace(self, *arguments):
        return Sly("x" * 1_000_000)

    def __len__(self):
        return 1


class Odd(Exception):
    def __str__(self):
        return Sly("y" * 5_000_000)


def build_model():
    raise Odd
