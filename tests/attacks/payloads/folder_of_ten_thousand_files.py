"""BLOCKED: a folder with more than ten thousand files."""


def upload(folder):
    for number in range(10_001):
        (folder / f"{number}.txt").touch()
    return folder
