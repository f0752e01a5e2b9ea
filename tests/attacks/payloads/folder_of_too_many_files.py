"""BLOCKED: as many files as are read, and more than are graded."""


def upload(folder):
    for number in range(100):
        (folder / f"{number}.txt").touch()
    return folder
