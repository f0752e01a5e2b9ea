"""The outline of a page for tests: its elements, its text, and a check that all elements close."""

from html.parser import HTMLParser


class Outline(HTMLParser):
    """Collects the elements and the text of a page.

    Attributes:
        open: elements that are open.
        seen: every element and its attributes, in order.
        words: all text outside of scripts and styles.
    """

    EMPTY = ("meta", "wbr", "input", "br", "img")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open):
            self.words.append(data)

    @property
    def text(self) -> str:
        """All text, with single spaces."""
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of all elements of a kind."""
        return [attributes for name, attributes in self.seen if name == tag]


def outline_of(page: str) -> Outline:
    """Return the outline of a page, in which every element must close."""
    outline = Outline()
    outline.feed(page)
    outline.close()
    assert outline.open == []
    return outline
