"""INERT: uploads files whose names are escape sequences, markup and text that runs backwards; they are left out."""


def upload(folder):
    for name in ("\x1b[32mpassed", "<script>alert(1)<", "\u202e001", "new\nline", "[red]x[", "\udcff"):
        (folder / f"{name}.exe").touch()
    return folder
