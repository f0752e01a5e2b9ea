"""Turns a job and the policy for it into the one request that the supervisor takes."""

import json
import sys
from collections.abc import Iterable

from autograder.sandbox.job import ROOT, Job
from autograder.sandbox.protection import Protection
from autograder.sandbox.supervisor_process import HARNESS
from autograder.wire.messages import Confinement, GroupFiles, RunJob

# Python, torch and matplotlib read these while they run; nothing here is secret.
SYSTEM_READABLE = (
    "/usr", "/lib", "/lib64", "/bin", "/opt/autograder",
    "/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/etc/passwd", "/etc/group", "/etc/nsswitch.conf",
    "/sys/devices/system/cpu",
)  # fmt: skip


def request_for(job: Job, protection: Protection, nonce: bytes, group: GroupFiles | None = None) -> RunJob:
    """Return the request for a job.

    Args:
        job: the probe for the child.
        protection: the policy that it is put under.
        nonce: stands in every frame of its channel.
        group: the control group's accounts, where there is a group.
    """
    return RunJob(
        function=job.function,
        arguments=json.dumps(dict(job.arguments)),
        probe_source=job.probe_source,
        modules=dict(job.modules),
        entry=job.entry,
        seed=job.seed,
        threads=job.threads,
        import_without=None if job.import_without is None else _as_utf8(job.import_without),
        workspace=str(job.workspace),
        scratch=str(job.scratch),
        root=str(job.workspace.parent / ROOT),
        harness=str(HARNESS),
        nonce=nonce,
        limits=job.limits,
        left_s=job.left_s,
        confinement=_confinement(job, protection),
        group=group,
    )


def _confinement(job: Job, protection: Protection) -> Confinement:
    interpreter = {sys.prefix, sys.base_prefix}
    return Confinement(
        uid=protection.uid,
        sockets=protection.sockets,
        workers=protection.workers,
        without=protection.without,
        readable=(*SYSTEM_READABLE, *sorted(interpreter), *map(str, job.readable)),
        writable=(str(job.workspace), str(job.scratch)),
    )


def _as_utf8(statements: Iterable[str]) -> tuple[str, ...]:
    """A submission names the statements, so they may be anything; a name that is mended here matches none."""
    return tuple(str(text).encode("utf-8", "replace").decode() for text in statements)
