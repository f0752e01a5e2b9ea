"""BLOCKED: a submitted.py that is no text, but a compiled module."""


def upload(folder):
    (folder / "submitted.py").write_bytes(b"\xa7\r\r\n" + bytes(100))
    return folder
