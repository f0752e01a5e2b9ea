"""INERT: uploads files and folders by the names of the given data; the grader's own are laid out."""


def upload(folder):
    (folder / "points.txt").write_text("0 0\n1 1\n")
    (folder / "heldout.txt").write_text("0 0\n1 1\n")
    (folder / "some_points.txt").write_text("0 0\n")
    return folder
