"""INERT: a checkpoint that runs code when it is unpickled, and that nobody unpickles."""

import pickle


class Bomb:
    def __reduce__(self):
        return exec, ("import os; os.write(1, b'BREACH: the pickle was loaded')",)


def upload(folder):
    (folder / "model.pt").write_bytes(pickle.dumps(Bomb()))
    (folder / "points.pt").write_bytes(pickle.dumps(Bomb()))
    return folder
