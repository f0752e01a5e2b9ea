"""Changes a child's messages at random, without knowing a right answer."""

import random
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.wire.frames import DTYPES, encode
from autograder.wire.usage import Breach, Usage

ODD = (float("nan"), float("inf"), -float("inf"), 0, -1, 1, 1e300, 2**70, "", "x" * 300, None, [], {}, True)
KINDS = ("MemoryError", "HarnessFault", "SystemExit", "KeyboardInterrupt", "AssertionError", "Withheld", "\x1b[31m", "")
WORDS = ("can't allocate memory", "[Errno 28] No space left on device", "", "100 / 100", "\n" * 40)
Messages = list[Any]
ENDED = Usage(exit_code=0)


@dataclass(frozen=True)
class Sent:
    """A child's messages and its end.

    Attributes:
        messages: after it has confined itself.
        usage: the supervisor's report.
        nonce: before each frame; None for the right one.
        cut: bytes of all frames that arrive; None for all.
        noise: (place as a share of all bytes, what stands there instead).
    """

    messages: Messages
    usage: Usage = ENDED
    nonce: bytes | None = None
    cut: int | None = None
    noise: tuple[tuple[float, bytes], ...] = ()

    def frames(self, nonce: bytes) -> bytes:
        """Return all bytes on the channel."""
        whole = bytearray(b"".join(encode(one, self.nonce or nonce) for one in self.messages))
        for share, changed in self.noise:
            place = int(share * len(whole))
            whole[place : place + len(changed)] = changed
        return bytes(whole[: self.cut])


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Return (container, key) of everything in a message."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, item in entries for place in ((value, key), *_places(item))]


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _somewhere(draw: random.Random, sent: Sent, change: Callable[[random.Random, Any], Any]) -> Sent:
    """Change one value in one message."""
    messages = _copied(sent.messages)
    if places := _places(messages):
        holder, key = draw.choice(places)
        holder[key] = change(draw, holder[key])
    return replace(sent, messages=messages)


def _other_number(draw: random.Random, value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.size and value.dtype.kind in "iuf":
        return (value * draw.uniform(-3, 3) + draw.choice((0, 0, draw.gauss(0, 2)))).astype(value.dtype)
    return value * draw.uniform(-3, 3) if isinstance(value, (int, float)) else _odd(draw, value)


def _odd(draw: random.Random, value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size and draw.random() < 0.7:
        changed = value.copy()
        changed.flat[draw.randrange(changed.size)] = draw.choice(ODD[:3])
        return changed
    return draw.choice(ODD)


def _other_form(draw: random.Random, value: Any) -> Any:
    if isinstance(value, np.ndarray):
        ways: Sequence[Callable[[], Any]] = (
            lambda: value.astype(draw.choice(sorted(DTYPES))),
            lambda: value.ravel(),
            lambda: value[None],
            lambda: value[: len(value) // 2] if value.ndim else value,
            lambda: np.concatenate([value, value]) if value.ndim else value,
            lambda: value.tolist(),
            lambda: np.flip(value),
        )
        with np.errstate(all="ignore"):
            return draw.choice(ways)()
    if isinstance(value, list):
        return draw.choice((value[::-1], value * 2, value[:-1], value * 3000, np.zeros(3)))
    return draw.choice((str(value)[:200], [value], {"value": value}, np.zeros((2, 2))))


def _keys(draw: random.Random, sent: Sent) -> Sent:
    """Add, remove or rename a key."""
    messages = _copied(sent.messages)
    dicts = [one for one in [*messages, *(holder[key] for holder, key in _places(messages))] if isinstance(one, dict)]
    chosen = draw.choice([one for one in dicts if one] or [{}])
    name = draw.choice(list(chosen) or [""])
    match draw.randrange(3):
        case 0:
            chosen[draw.choice(("score", "verdict", "breach", "kept", "returned", "confined", "__dict__"))] = 1
        case 1:
            chosen.pop(name, None)
        case 2:
            chosen[f"{name}_"] = chosen.pop(name, None)
    return replace(sent, messages=messages)


def _order(draw: random.Random, sent: Sent) -> Sent:
    """Drop, repeat or move a message, or put one behind the end."""
    messages = list(sent.messages)
    one = draw.choice(messages)
    match draw.randrange(5):
        case 0:
            messages.pop(draw.randrange(len(messages)))
        case 1:
            messages.insert(draw.randrange(len(messages) + 1), one)
        case 2:
            draw.shuffle(messages)
        case 3:
            messages.append(
                draw.choice(({"confined": True}, {"kept": {}}, {"raised": {}}, {"request": "heldout"}, one))
            )
        case 4:
            messages = [{"request": draw.choice(("heldout", "labels", ""))}] * draw.choice((1, 2, 20)) + messages
    return replace(sent, messages=messages)


def _ending(draw: random.Random, sent: Sent) -> Sent:
    """Claim that a soft limit, an exception or nothing ended the probe."""
    answer = next((one["returned"] for one in sent.messages if isinstance(one, dict) and "returned" in one), None)
    raised = {
        "kind": draw.choice(KINDS),
        "message": draw.choice(WORDS),
        "traceback": "",
        "importing": draw.random() < 0.5,
    }
    claimed = draw.choice(({"kept": answer}, {"kept": None}, {"raised": raised}, {"raised": answer}))
    messages = [*sent.messages[:-1], claimed]
    return replace(sent, messages=messages, usage=_usage(draw))


def _usage(draw: random.Random) -> Usage:
    """Return what a supervisor could report of a child that ends as it likes."""
    breaches = [one for one in Breach if one not in (Breach.GRADER_GONE, Breach.DEADLINE)]
    return Usage(
        breach=draw.choice((None, None, None, *breaches)),
        exit_code=draw.choice((0, 0, 1, 255, None)),
        signal=draw.choice((0, 0, 6, 9, 11, 24, 37)),
        cpu_s=draw.uniform(0, 100),
        wall_s=draw.uniform(0, 100),
        peak_memory_mib=draw.uniform(0, 1e5),
    )


def _bytes(draw: random.Random, sent: Sent) -> Sent:
    """Change bytes: lengths of headers, bodies and shapes among them."""
    lies = (
        draw.randbytes(draw.randint(1, 8)),
        struct.pack(">IQ", 2**31, 2**40),
        b'"shape": [9999999999',
        b"\xff" * 8,
        b"AGF1",
    )
    return replace(sent, noise=(*sent.noise, (draw.random(), draw.choice(lies))))


def _nonce(draw: random.Random, sent: Sent) -> Sent:
    return replace(sent, nonce=draw.randbytes(16))


def _cut(draw: random.Random, sent: Sent) -> Sent:
    return replace(sent, cut=draw.randrange(1, 1 + len(sent.frames(bytes(16)))))


FORGERIES: Sequence[Callable[[random.Random, Sent], Sent]] = (
    lambda draw, sent: _somewhere(draw, sent, _other_number),
    lambda draw, sent: _somewhere(draw, sent, _odd),
    lambda draw, sent: _somewhere(draw, sent, _other_form),
    _keys,
    _order,
    _ending,
    _bytes,
    _nonce,
    _cut,
)
