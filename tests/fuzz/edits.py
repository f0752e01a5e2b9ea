"""Edits of valid bytes: what keeps most of a format and lies about the rest."""

from dataclasses import dataclass

from hypothesis import strategies as st

NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)


@dataclass(frozen=True)
class Edit:
    """One change; the place is a share of the length, so that it fits any bytes."""

    kind: str
    place: float
    data: bytes = b""
    length: int = 1


places = st.integers(0, 10_000).map(lambda share: share / 10_000)
lies = st.tuples(st.sampled_from(NUMBERS), st.sampled_from([1, 2, 4, 8]), st.sampled_from(["little", "big"])).map(
    lambda lie: (lie[0] & (256 ** lie[1] - 1)).to_bytes(lie[1], lie[2])  # type: ignore[arg-type]
)
edits = st.one_of(
    st.builds(Edit, st.just("set"), places, st.binary(min_size=1, max_size=4) | lies),
    st.builds(Edit, st.just("flip"), places, st.integers(0, 7).map(lambda bit: bytes([1 << bit]))),
    st.builds(Edit, st.just("insert"), places, st.binary(min_size=1, max_size=40) | lies),
    st.builds(Edit, st.just("delete"), places, length=st.integers(1, 600)),
    st.builds(Edit, st.just("repeat"), places, length=st.integers(1, 600)),
    st.builds(Edit, st.just("move"), places, length=st.integers(1, 600)),
    st.builds(Edit, st.just("cut"), places),
)


def edited(content: bytes, changes: list[Edit]) -> bytes:
    """Return the bytes after all changes, one after the other."""
    for change in changes:
        content = _edited(content, change)
    return content


def _edited(content: bytes, change: Edit) -> bytes:
    at = int(change.place * len(content))
    piece = content[at : at + change.length]
    match change.kind:
        case "set":
            return content[:at] + change.data + content[at + len(change.data) :]
        case "flip":
            return content[:at] + bytes(byte ^ change.data[0] for byte in content[at : at + 1]) + content[at + 1 :]
        case "insert":
            return content[:at] + change.data + content[at:]
        case "delete":
            return content[:at] + content[at + change.length :]
        case "repeat":
            return content[:at] + piece + content[at:]
        case "move":
            return piece + content[:at] + content[at + change.length :]
    return content[:at]
