"""BLOCKED: a file of a terabyte that takes no room on the disk."""


def upload(folder):
    with (folder / "weights.pt").open("wb") as file:
        file.truncate(1 << 40)
    return folder
