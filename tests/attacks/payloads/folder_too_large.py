"""BLOCKED: accepted files that are larger together than the assignment takes."""


def upload(folder):
    (folder / "weights.pt").write_bytes(bytes(3 << 20))
    return folder
