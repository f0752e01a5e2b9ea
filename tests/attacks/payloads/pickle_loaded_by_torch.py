"""FAILED (raised): a checkpoint that runs code, loaded by torch.load, whose default takes plain weights only."""

import pickle


class Bomb:
    def __reduce__(self):
        return exec, ("import os; os.write(1, b'BREACH: the pickle ran')",)


def upload(folder):
    (folder / "model.pt").write_bytes(pickle.dumps(Bomb()))
    (folder / "submitted.py").write_text("from honest import *\nstate = torch.load('model.pt')\n")
    return folder
