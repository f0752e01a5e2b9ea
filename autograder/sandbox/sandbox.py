"""Runs probes: hands a job to the zygote, reads the child's channel and output, returns an observation."""

import os
import secrets
import selectors
import socket
import time
from collections.abc import Callable, Mapping
from typing import Any

from autograder.nouns.observation import Observation
from autograder.sandbox.job import Job
from autograder.sandbox.protection import Protection, end_left_behind, remove_left_behind
from autograder.sandbox.verdicts import ProbeRun, observation_of
from autograder.sandbox.zygote_process import ZygoteGone, ZygoteProcess
from autograder.wire import NONCE_BYTES, FrameReader, TamperedFrame, encode

CHUNK_BYTES = 1 << 16
MAX_RESULT_BYTES = 32 << 20
TAIL_BYTES = 8192
BACKSTOP_S = 30.0  # how much longer than its own wall limit the zygote may take to report

LateInputs = Mapping[str, Callable[[], Any]]


class Sandbox:
    """One zygote and what protects the grader from its children."""

    def __init__(self, protection: Protection, threads: int) -> None:
        self.protection = protection
        self._threads = threads
        self._zygote = ZygoteProcess(threads)
        end_left_behind(protection.uid)  # the user's slot is ours: what runs has lost its grader
        remove_left_behind(protection.uid)

    def run(self, job: Job, late: LateInputs | None = None) -> Observation:
        """Run one probe in a child of its own and return what was observed.

        Never raises for anything that the child does. If the zygote dies it is started again, and
        this probe's verdict is HARNESS_FAULT.

        Args:
            job: what to run.
            late: inputs that the probe may ask for by name, made when it asks.
        """
        run = _Conversation(late or {})
        try:
            self._zygote.wait_until_ready()
            run.hold(self._zygote, job, self.protection)
        except ZygoteGone as error:
            run.seen.lost = str(error)
            self._restart()
        except BaseException:  # a test's own time-out or Ctrl-C: the next probe must not read this one's report
            self._restart()
            raise
        finally:
            remove_left_behind(self.protection.uid)
        return observation_of(run.seen, job.limits)

    def _restart(self) -> None:
        self.close()
        self._zygote = ZygoteProcess(self._threads)

    def layers(self) -> dict[str, str]:
        """Return each layer of the kernel's with `"active"` or why it is missing."""
        ready = self._zygote.wait_until_ready()
        abi = ready["landlock"]
        return {
            "seccomp": ready["seccomp"],
            "Landlock": f"active (ABI {abi})" if abi else "missing: not in this kernel",
        }

    def close(self) -> None:
        """End the zygote, and what its children had started."""
        self._zygote.stop()
        end_left_behind(self.protection.uid)


class _Conversation:
    """The exchange with one child, until it and all that it started have ended."""

    def __init__(self, late: LateInputs) -> None:
        self.seen = ProbeRun()
        self._late = late
        self._nonce = secrets.token_bytes(NONCE_BYTES)
        self._reader = FrameReader(self._nonce, MAX_RESULT_BYTES)
        self._outgoing = bytearray()
        self._tail = bytearray()
        self._selector = selectors.DefaultSelector()

    def hold(self, zygote: ZygoteProcess, job: Job, protection: Protection) -> None:
        ours, theirs = socket.socketpair()
        read_end, write_end = os.pipe()
        message = job.as_message(self._nonce) | protection.as_message(job)
        try:
            zygote.send(message, [theirs.fileno(), write_end])
        finally:
            theirs.close()
            os.close(write_end)
        try:
            for end in (ours.fileno(), read_end):
                os.set_blocking(end, False)
            self._selector.register(ours, selectors.EVENT_READ, self._on_channel)
            self._selector.register(read_end, selectors.EVENT_READ, self._on_output)
            self._selector.register(zygote.control, selectors.EVENT_READ)
            self._talk(zygote, time.monotonic() + job.limits.wall_s + BACKSTOP_S)
        finally:
            self._selector.close()
            ours.close()
            os.close(read_end)
            self.seen.printed = self._tail.decode("utf-8", "replace")

    def _talk(self, zygote: ZygoteProcess, deadline: float) -> None:
        while True:
            events = self._selector.select(max(0.0, deadline - time.monotonic()))
            if not events and time.monotonic() >= deadline:
                raise ZygoteGone("it did not end the probe in time")
            ended = False
            for key, mask in events:
                if key.data is None:
                    ended = True
                else:
                    key.data(key.fileobj, mask)
            if ended:
                self.seen.usage = zygote.receive()
                self._drain()
                return

    def _drain(self) -> None:
        """Read what the child left in the pipes; it is gone, so both come to their end."""
        keys = [key for key in self._selector.get_map().values() if key.data is not None]
        for key in keys:
            while key.fd in self._selector.get_map() and key.data(key.fileobj, selectors.EVENT_READ):
                pass
        if self._reader.unfinished and self.seen.answer is not None:
            self.seen.tampered = self.seen.tampered or "bytes behind the answer"

    def _on_output(self, descriptor: int, mask: int) -> bool:
        chunk = self._read(descriptor, descriptor)
        self._tail += chunk
        self.seen.printed_bytes += len(chunk)
        del self._tail[:-TAIL_BYTES]
        return bool(chunk)

    def _on_channel(self, channel: socket.socket, mask: int) -> bool:
        if mask & selectors.EVENT_WRITE:
            self._write(channel)
        if not mask & selectors.EVENT_READ:
            return True
        chunk = self._read(channel.fileno(), channel)
        try:
            for value in self._reader.feed(chunk):
                self._take(value, channel)
        except TamperedFrame as error:
            self.seen.tampered = str(error)
        if self.seen.tampered and channel.fileno() in self._selector.get_map():
            self._selector.unregister(channel)
            channel.shutdown(socket.SHUT_RDWR)  # a child that goes on writing gets an error
        return bool(chunk)

    def _read(self, descriptor: int, registered: Any) -> bytes:
        try:
            chunk = os.read(descriptor, CHUNK_BYTES)
        except BlockingIOError:
            return b""
        except ConnectionError:
            chunk = b""
        if not chunk:
            self._selector.unregister(registered)
        return chunk

    def _take(self, value: Any, channel: socket.socket) -> None:
        """Take one frame: the child is confined, it asks for a late input, or it is done."""
        match value:
            case {"confined": True} if not self.seen.confined:
                self.seen.confined = True
            # Who waits for an answer asks nothing: answers that pile up unread would fill the grader's memory.
            case {"request": str(name)} if name in self._late and not (self.seen.answer or self._outgoing):
                self._outgoing += encode(self._late[name](), self._nonce)
                self._selector.modify(channel, selectors.EVENT_READ | selectors.EVENT_WRITE, self._on_channel)
            case {"returned": _} | {"raised": _} if self.seen.answer is None and _is_answer(value):
                self.seen.answer = value
            case _:
                raise TamperedFrame("a message that does not belong here")

    def _write(self, channel: socket.socket) -> None:
        try:
            sent = channel.send(memoryview(self._outgoing)[:CHUNK_BYTES])
        except BlockingIOError:
            return
        except ConnectionError:
            sent = len(self._outgoing)
        del self._outgoing[:sent]
        if not self._outgoing:
            self._selector.modify(channel, selectors.EVENT_READ, self._on_channel)


def _is_answer(value: dict[str, Any]) -> bool:
    """Return whether the message has exactly the parts that the child's own code writes."""
    if len(value) != 1:
        return False
    raised = value.get("raised")
    return raised is None or (
        isinstance(raised, dict)
        and {name: type(part) for name, part in raised.items()}
        == {"kind": str, "message": str, "traceback": str, "importing": bool}
    )
