"""FAILED (memory): a pickle of a few dozen bytes that unfolds to four gigabytes."""


def upload(folder):
    (folder / "model.pt").write_bytes(b"cbuiltins\nbytearray\n(I4000000000\ntR.")
    (folder / "submitted.py").write_text("import pickle\nfrom honest import *\npickle.load(open('model.pt', 'rb'))\n")
    return folder
