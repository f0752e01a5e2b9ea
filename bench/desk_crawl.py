"""Follows every link of a desk over 25 hostile names and uploads, and opens its exported pages, in Chromium.

    .venv/bin/python bench/desk_crawl.py [--lines N]

At each page it looks for requests to elsewhere, dialogs, scripts that ran, whatever the Content-Security-Policy had to
stop, and elements or attributes that no page of ours has. Of the links at a source's lines, it follows the first N of
each file. Equal uploads are compared with another one for one of their students.
"""

import argparse
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from autograder.desk.book import Book
from tests.browser import headless
from tests.desk.crawl import Watched, watched
from tests.desk.hostile import TEXTS, hostile_folder
from tests.desk.serving import served

PUBLISH = "/publish"
LINE = re.compile(r"&line=(\d+)")
REF = re.compile(r"[0-9a-f]{10}")


def main() -> None:
    """Crawl, and print the pages by kind, and the faults."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1, help="links at a source's lines that are followed")
    options = parser.parse_args()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as root, headless() as browser:
        folder = hostile_folder(Path(root, "class"))
        with served(folder) as place, watched(browser.new_page(), place.link.split("/?")[0]) as desk:
            desk.page.goto(place.link)
            uploads = {one.row.digest: one.ref for one in Book(folder).now().students}
            alone = frozenset(uploads.values())
            seen = follow(desk, ["/"], options.lines, alone)
            desk.page.goto(desk.base + PUBLISH)
            desk.page.get_by_role("button", name="Publish").click()
            desk.page.wait_for_url("**/publish?done=*")
            results = [
                address.replace("/student/", "/run/result/") for address in seen if kind(address) == "/student/…"
            ]
            seen |= follow(desk, results, options.lines, alone)
            desk.page.get_by_role("button", name="Hide names").click()
            hidden = follow(desk, ["/"], 0, ())
        files = [path.relative_to(folder.root).as_posix() for path in folder.root.rglob("*.html")]
        with watched(browser.new_page(), f"{folder.root.as_uri()}/") as pages:
            pages.open_all(files)
    print(f"{len(TEXTS)} names; {len(seen)} pages of the desk, {len(hidden)} more without names; {len(files)} files; "
          f"{time.monotonic() - begin:.0f} s")  # fmt: skip
    for name, count in sorted(Counter(map(kind, seen)).items()):
        print(f"{count:5} {name}")
    for fault in pages.faults:
        print(ascii(fault))
    sys.exit(bool(desk.faults + pages.faults))


def follow(desk: Watched, addresses: Iterable[str], lines: int, compared: Collection[str]) -> set[str]:
    """Open addresses and all that they lead to, and return them."""
    waiting, seen = list(addresses), set[str]()
    while waiting:
        address = waiting.pop().partition("#")[0]
        line = LINE.search(address)
        if address in seen or not address.startswith("/") or (line and int(line[1]) > lines):
            continue
        if "against=" in address and address.split("/")[2] not in compared:
            continue
        seen.add(address)
        known = len(desk.faults)
        waiting += desk.open(address)
        for fault in desk.faults[known:]:
            print(ascii(fault), flush=True)
        if len(seen) % 100 == 0:
            print(f"{len(seen)} pages", flush=True)
    return seen


def kind(address: str) -> str:
    """Return an address without what tells students, files and lines apart."""
    return re.sub(r"(file|line|page|lost|show|order)=[^&]*", r"\1=…", REF.sub("…", address))


if __name__ == "__main__":
    main()
