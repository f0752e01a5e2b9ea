"""Makes the picture of the class page: a made-up class, as a browser shows it.

.venv/bin/python docs/make_class_picture.py
"""

import sys
import tempfile
from pathlib import Path

from PIL import Image

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from autograder.class_page.page import to_class_page  # noqa: E402 (the project is not installed)
from tests.browser import headless  # noqa: E402
from tests.class_page.made_up_class import links_of, made_up_class, similar_pairs  # noqa: E402

PICTURE = PROJECT / "docs" / "pictures" / "class.png"
SIZE = {"width": 1280, "height": 1240}  # as far as the tests
COLOURS = 64


def main() -> None:
    """Write the page of 60 students, and save what stands at its top."""
    result = made_up_class()
    with tempfile.TemporaryDirectory() as folder, headless() as browser:
        path = Path(folder, "class.html")
        path.write_text(to_class_page(result, links_of(result), similar_pairs(result)), encoding="utf-8")
        page = browser.new_page(viewport=SIZE)
        page.goto(path.as_uri())
        page.screenshot(path=PICTURE)
    Image.open(PICTURE).quantize(COLOURS).save(PICTURE, optimize=True)
    print(f"{PICTURE}: {PICTURE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
