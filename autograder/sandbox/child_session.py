"""The exchange with one child: its frames, its output, the supervisor's report."""

import os
import secrets
import selectors
import socket
import time
from collections.abc import Callable, Mapping
from typing import Any

from autograder.sandbox.job import Job
from autograder.sandbox.protection import Protection
from autograder.sandbox.request import request_for
from autograder.sandbox.supervisor_process import SupervisorGone, SupervisorProcess
from autograder.sandbox.verdicts import ProbeRun
from autograder.wire.built_in import Raised
from autograder.wire.declaration import Misfit, Observed, fit, fit_fields, withheld_texts
from autograder.wire.frames import NONCE_BYTES, FrameReader, TamperedFrame, encode
from autograder.wire.messages import GroupFiles
from autograder.wire.rules import fields_of
from autograder.wire.usage import Breach

CHUNK_BYTES = 1 << 16
MAX_RESULT_BYTES = 32 << 20
TAIL_BYTES = 8192
MOST_REQUESTS = 16  # of one probe; the trusted side makes a deferred input anew each time
BACKSTOP_S = 30.0  # how much longer than the clock allows the supervisor may take to report

DeferredInputs = Mapping[str, Callable[[], Any]]


class ChildSession:
    """The exchange with one child, until it and all that it started have ended."""

    def __init__(self, deferred: DeferredInputs) -> None:
        self.seen = ProbeRun()
        self._deferred = deferred
        self._nonce = secrets.token_bytes(NONCE_BYTES)
        self._reader = FrameReader(self._nonce, MAX_RESULT_BYTES)
        self._outgoing = bytearray()
        self._tail = bytearray()
        self._selector = selectors.DefaultSelector()
        self._most_printed = 0
        self._requests = 0
        self._said: dict[str, Any] = {}  # fields with texts, as they were before the first hidden input
        self._declared: type[Observed] | None = None
        self._end: Callable[[Breach], None]
        self._output = -1

    def run(
        self, supervisor: SupervisorProcess, job: Job, protection: Protection, group: GroupFiles | None = None
    ) -> None:
        """Hand the job to the supervisor, and talk until the child and all that it started have ended.

        Args:
            supervisor: which has the zygote fork the child, and watches it.
            job: the probe for the child.
            protection: the policy that it is put under.
            group: the control group's accounts, where there is a group.

        Raises:
            SupervisorGone: the supervisor died, or did not report in time.
        """
        ours, theirs = socket.socketpair()
        read_end, write_end = os.pipe()
        request = request_for(job, protection, self._nonce, group)
        try:
            try:
                supervisor.send(request, [theirs.fileno(), write_end])
            finally:
                theirs.close()
                os.close(write_end)
            for end in (ours.fileno(), read_end):
                os.set_blocking(end, False)
            self._most_printed = job.limits.output_mib << 20
            self._declared = job.declared
            self._end = supervisor.end_probe
            self._selector.register(ours, selectors.EVENT_READ, self._on_channel)
            self._output = read_end
            self._selector.register(read_end, selectors.EVENT_READ, self._on_output)
            self._selector.register(supervisor.control, selectors.EVENT_READ)
            self._talk(supervisor, time.monotonic() + job.longest_s + BACKSTOP_S)
        finally:
            self._selector.close()
            ours.close()
            os.close(read_end)
            if job.keeps_output or not self.seen.knows:
                self.seen.printed = self._tail.decode("utf-8", "replace")

    def _talk(self, supervisor: SupervisorProcess, deadline: float) -> None:
        while True:
            events = self._selector.select(max(0.0, deadline - time.monotonic()))
            if not events and time.monotonic() >= deadline:
                raise SupervisorGone("it did not end the probe in time")
            ended = False
            for key, mask in events:
                if key.data is None:
                    ended = True
                else:
                    key.data(key.fileobj, mask)
            if ended:
                self.seen.usage = supervisor.usage()
                self._drain()
                return

    def _drain(self) -> None:
        """Read the rest of both pipes; the child is gone, so each has an end."""
        keys = [key for key in self._selector.get_map().values() if key.data is not None]
        for key in keys:
            while key.fd in self._selector.get_map() and key.data(key.fileobj, selectors.EVENT_READ):
                pass
        if self._reader.unfinished and self.seen.answer is not None:
            self.seen.tampered = self.seen.tampered or "bytes behind the answer"

    def _on_output(self, descriptor: int, mask: int) -> bool:
        if descriptor not in self._selector.get_map():  # it came to its end a moment ago
            return False
        chunk = self._read(descriptor, descriptor)
        self._tail += chunk
        self.seen.printed_bytes += len(chunk)
        del self._tail[:-TAIL_BYTES]
        if self.seen.printed_bytes > self._most_printed:
            self._selector.unregister(descriptor)
            self._end(Breach.OUTPUT)
            return False
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
        """Take one frame: the child is confined, it asks for a deferred input, or it is done."""
        match value:
            case {"confined": True} if not self.seen.confined:
                self.seen.confined = True
            case {"request": str(name), **rest} if rest.keys() <= {"kept"} and self._may_ask(name):
                self._hand_over(name, rest.get("kept"))
                self._selector.modify(channel, selectors.EVENT_READ | selectors.EVENT_WRITE, self._on_channel)
            case {"returned": _} | {"kept": _} | {"raised": _} if self.seen.answer is None and len(value) == 1:
                self.seen.answer = self._fitted(value)
            case _:
                raise TamperedFrame("a message that does not belong here")

    def _hand_over(self, name: str, kept: Any) -> None:
        """Have a hidden input sent. Texts that the child has kept by now cannot tell of it; all later ones can.

        Raises:
            TamperedFrame: it has kept something else than the probe declares.
        """
        if not self.seen.knows:
            try:
                self._said = fit_fields({} if kept is None else kept, self._declared) if self._declared else {}
            except Misfit as problem:
                raise TamperedFrame(f"a value that the probe does not keep ({problem})") from None
            while self._on_output(self._output, selectors.EVENT_READ):
                pass  # printed before
            self.seen.knows = True
            self.seen.printed = self._tail.decode("utf-8", "replace")
        self._requests += 1
        self._outgoing += encode(self._deferred[name](), self._nonce)

    def _fitted(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Return an answer as the struct that the probe declares; a budget may have ended it before it had all fields.

        Raises:
            TamperedFrame: the value is something else; the child's own code would not have sent it.
        """
        ((kind, value),) = answer.items()
        declared = Raised if kind == "raised" else self._declared
        if declared is None or (kind == "kept" and value is None):
            return answer
        try:
            if kind == "raised":
                return {kind: fields_of(fit(value, declared))}
            if self.seen.knows:
                return {kind: withheld_texts(value, declared, self._said)}
            return {kind: fit(value, declared)}
        except Misfit as problem:
            raise TamperedFrame(f"a value that the probe does not return ({problem})") from None

    def _may_ask(self, name: str) -> bool:
        """Return whether this is due: an honest child waits for one answer before it asks again."""
        due = self.seen.answer is None and not self._outgoing and self._requests < MOST_REQUESTS
        return due and name in self._deferred

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
