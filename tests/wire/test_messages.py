"""Messages between grader, supervisor and zygote arrive as they were sent, and nothing else is taken."""

import json

import pytest

from autograder.wire.layers import Feature
from autograder.wire.limits import Limits
from autograder.wire.messages import (
    Begin,
    Confinement,
    EndProbe,
    Forked,
    GroupFiles,
    Imported,
    ImportOnce,
    MalformedMessage,
    Ready,
    Reply,
    Request,
    RunJob,
    as_bytes,
    reply_from,
    request_from,
)
from autograder.wire.usage import Breach, Usage

JOB = RunJob(
    function="loader",
    arguments='{"files": ["a"]}',
    probe_source="def loader(submitted, files): ...",
    modules={"autograder.assignments.line_fit.observed": "x = 1"},
    entry="submitted",
    seed=7,
    threads=2,
    import_without=None,
    workspace="/w",
    scratch="/s",
    root="/r",
    harness="/h",
    nonce=bytes(range(16)),
    limits=Limits(cpu_s=5),
    confinement=Confinement(64_200, True, False, (Feature.LANDLOCK,), ("/usr",), ("/w", "/s")),
    group=GroupFiles("/cpu", "/events"),
)
REQUESTS = (Begin(), JOB, ImportOnce(("pandas",)), EndProbe(Breach.OUTPUT))
REPLIES = (
    Ready({Feature.SECCOMP: "active", Feature.LANDLOCK: "missing: not in this kernel"}),
    Imported(),
    Forked(4711),
    Usage(breach=Breach.MEMORY, signal=9, cpu_s=1.5, peak_memory_mib=600.0, survivors=True),
)


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda one: type(one).__name__)
def test_request_arrives_as_it_was_sent(request_: Request) -> None:
    """Bytes, enums and parts come back as what they were, and a request is no reply."""
    datagram = as_bytes(request_)

    assert request_from(datagram) == request_
    with pytest.raises(MalformedMessage, match="a malformed reply"):
        reply_from(datagram)


@pytest.mark.parametrize("reply", REPLIES, ids=lambda one: type(one).__name__)
def test_reply_arrives_as_it_was_sent(reply: Reply) -> None:
    """The supervisor's report too, which it fills in field by field."""
    assert reply_from(as_bytes(reply)) == reply


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"colour": "red"}, "colour"),
        ({"seed": "7"}, "seed"),
        ({"nonce": "AAAA"}, "nonce"),
        ({"limits": {"cpu_s": -1}}, "limits.cpu_s"),
        ({"limits": {"cpu_seconds": 1}}, "cpu_seconds"),
        ({"confinement": {"without": ["a moat"]}}, "a moat"),
    ],
)
def test_job_of_another_form_is_refused(changes: dict[str, object], told: str) -> None:
    """Unknown fields, other types and impossible values are named."""
    plain = json.loads(as_bytes(JOB))
    for name, value in changes.items():
        plain[name] = {**plain[name], **value} if isinstance(value, dict) else value

    with pytest.raises(MalformedMessage, match=f"a malformed request: .*{told}"):
        request_from(json.dumps(plain).encode())


def test_job_that_lacks_a_field_is_refused() -> None:
    """No part of the policy has a default."""
    plain = json.loads(as_bytes(JOB))
    del plain["confinement"]["uid"]

    with pytest.raises(MalformedMessage, match="uid"):
        request_from(json.dumps(plain).encode())
