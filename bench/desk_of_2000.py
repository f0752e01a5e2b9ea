"""A desk over a made-up class of 2,000: reading its folder, and the views of the table, in the server and in Chromium.

    .venv/bin/python bench/desk_of_2000.py [--students N]

CPU seconds are the server's own; the time by the clock runs from a click until the page has loaded. Everybody's upload
differs by one line, and the sources count as compared, as `class` leaves them.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from autograder.desk.book import Book
from tests.browser import headless
from tests.class_page.made_up_class import made_up_class
from tests.desk.client import opened
from tests.desk.made_up_folder import made_up_folder
from tests.desk.serving import served

VIEWS = ("/", "/?show=open", "/?show=borderline", "/?lost=3.3", "/?q=ito", "/?order=-score", "/publish")
TIMES = 7
LOADED = "performance.getEntriesByType('navigation')[0].duration"  # milliseconds


def main() -> None:
    """Print what reading and each view takes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=2_000)
    students = parser.parse_args().students
    with tempfile.TemporaryDirectory(prefix="desk-", dir="/var/tmp") as root:
        folder = made_up_folder(Path(root, "class"), made_up_class(students))
        begin_s = time.perf_counter()
        Book(folder).now()
        compared = time.perf_counter() - begin_s
        begin = time.process_time(), time.perf_counter()
        Book(folder).now()
        cpu_s, wall_s = time.process_time() - begin[0], time.perf_counter() - begin[1]
        print(f"{students} students: comparing all sources {compared:.1f} s, as `class` does once")
        print(f"reading the folder {cpu_s:.2f} CPU s, {wall_s:.2f} s")
        desk = opened(folder, "Ada")
        desk.get("/")
        with served(folder) as place, headless() as browser:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(place.link)
            base = place.link.split("/?")[0]
            print(f"{'view':18} {'CPU ms':>6} {'ms in the browser: median':>26} {'least':>5}")
            for view in VIEWS:
                used_s, loaded_ms = list[float](), list[float]()
                for _ in range(TIMES):
                    begin_s = time.process_time()
                    desk.get(view)
                    used_s.append(time.process_time() - begin_s)
                    page.goto(base + view)
                    loaded_ms.append(page.evaluate(LOADED))
                print(f"{view:18} {1000 * statistics.median(used_s):6.0f} {statistics.median(loaded_ms):26.0f} "
                      f"{min(loaded_ms):5.0f}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
