"""Opens pages that show hostile texts in a browser, and names everything that a text has brought about."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Page

# All elements of the desk's own pages and of the students' pages; a text that is not escaped makes another one.
ELEMENTS = (
    "a b bdi blockquote body button caption circle code dd defs details dialog div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 head header html i img input kbd label legend li line link main mark meta nav noscript "
    "ol option output p path pattern pre progress rect script section select small span strong style summary svg "
    "table tbody td text textarea th thead title tr ul use"
)
STRANGE = """(known) => [...document.querySelectorAll("*")].flatMap((one) => [
  ...(known.includes(one.localName) && !one.matches("main :is(script, style, link, meta)") ? []
    : [`an element <${one.localName}>`]),
  ...[...one.attributes].flatMap(({name, value}) =>
    name.startsWith("on") || name === "srcdoc" ? [`an attribute ${name}`]
    : ["href", "src", "action", "formaction", "data", "poster"].includes(name) && !["#", "data:,"].includes(value)
      && new URL(value, location.href).protocol !== location.protocol ? [`${name}=${value.slice(0, 80)}`]
    : ["href", "src", "action", "formaction"].includes(name) && new URL(value, location.href).host !== location.host
      && !value.startsWith("data:") ? [`${name}=${value.slice(0, 80)}`] : []),
])"""
LINKS = '() => [...document.querySelectorAll("a[href]")].map((one) => one.getAttribute("href"))'


@dataclass
class Watched:
    """A page of a browser, and what it did that it must not.

    Attributes:
        page: the browser's.
        base: origin of all that it may ask for, or the folder of its files.
        faults: each with the address at which it happened.
    """

    page: Page
    base: str
    faults: list[str] = field(default_factory=list)

    def open(self, address: str) -> list[str]:
        """Open a page, look at it, and return the addresses that it leads to."""
        self.page.goto(self.base + address)
        if self.page.title() == "ran":
            self.faults.append(f"{address}: a script ran")
        self.faults += [f"{address}: {one}" for one in self.page.evaluate(STRANGE, ELEMENTS.split())]
        return list(self.page.evaluate(LINKS))

    def open_all(self, addresses: Iterable[str]) -> None:
        """Open several pages."""
        for address in addresses:
            self.open(address)


@contextmanager
def watched(page: Page, base: str) -> Iterator[Watched]:
    """Watch requests, dialogs and the console, in which a browser tells what a policy has stopped."""
    found = Watched(page, base)

    def note(what: str) -> None:
        found.faults.append(f"{urlsplit(page.url).path}: {what}")

    page.on("request", lambda one: None if one.url.startswith((base, "data:,")) else note(f"asks for {one.url[:80]}"))
    page.on("dialog", lambda one: (note(f"a dialog: {one.message}"), one.dismiss()))
    page.on("console", lambda one: note(f"{one.type}: {one.text[:120]}"))
    page.on("pageerror", lambda one: note(f"an error: {one}"))
    yield found
