"""INERT: uploads a folder by the name of the given data's file."""


def upload(folder):
    (folder / "points.txt").mkdir()
    (folder / "points.txt" / "submitted.py").write_text("x = 1\n")
    return folder
