"""The layers that keep a submission from everything else.

This table is the one place that names them. The self-test, the self-check, `doctor`, `required_layers` in manifests
and docs/security.md take their rows from it. A new layer is an entry here, its attack in `worker/self_test.py` and,
if the kernel enforces it, a module in `confinement/` that the zygote prepares.
"""

from dataclasses import dataclass
from enum import StrEnum

BOMB_MIB, ALLOWED_MIB = 160, 64  # of the attack on the limits on memory
SPIN_S = 0.2  # CPU seconds allowed to the attack on the limit on them


class Feature(StrEnum):
    """A feature of the kernel that enforces layers; a machine may lack it, and tests switch it off."""

    NAMESPACES = "namespaces"
    LANDLOCK = "Landlock"
    SECCOMP = "seccomp"
    CGROUP = "cgroup"


class Need(StrEnum):
    """When a layer is needed; where it is only used if there is one, nothing is missed without it."""

    ALWAYS = "always"
    AS_ROOT = "as root"
    AS_USER = "as an ordinary user"
    WHERE_PERMITTED = "where permitted"
    WHERE_WRITABLE = "where writable"
    UNLESS_HIDDEN = "where nothing else hides files"
    NO_LAYER = "no layer"  # a row that only says something of the machine


@dataclass(frozen=True)
class Layer:
    """One layer of the sandbox.

    Attributes:
        name: its name in tables, results and manifests.
        prevents: the actions of a submission that it prevents.
        applied: how it is put into force.
        tested: the attack by which the self-check finds out whether it holds.
        need: when it is needed.
        advice: the remedy where it is missing.
        feature: the feature of the kernel that enforces it; None where every machine can.
        at_start: whether it is attacked at every start, or only by `doctor`.
    """

    name: str
    prevents: str
    applied: str
    tested: str
    need: Need
    advice: str
    feature: Feature | None = None
    at_start: bool = True


# An attempt of the self-test. Without Landlock, even a dedicated user can do this; nothing that judges lies there.
TOLERATED_AS_ROOT = "leave files in world-writable folders"

REPORT = "report it as a bug: it does not depend on the machine"
DISPENSABLE = "nothing: the other layers hold without it"

SEPARATE_PROCESS = Layer(
    name="separate process",
    prevents="using the grader's memory and open files",
    applied="a fork of the zygote, which keeps four descriptors",
    tested="looked for the grader's descriptors",
    need=Need.ALWAYS,
    advice=REPORT,
)
PROCESS_LIMITS = Layer(
    name="limits of each process",
    prevents="using more memory, processes or open files than allowed",
    applied="`setrlimit`",
    tested="raised one of them",
    need=Need.ALWAYS,
    advice=REPORT,
)
NO_NEW_PRIVILEGES = Layer(
    name="no new privileges",
    prevents="gaining root's rights through a setuid program",
    applied="`NO_NEW_PRIVS`, and no capabilities",
    tested="started a setuid program of root's",
    need=Need.ALWAYS,
    advice=REPORT,
)
DEDICATED_USER = Layer(
    name="dedicated user",
    prevents="sending the grader signals, and reaching its user's files",
    applied="a user id that nothing else has",
    tested="sent the grader a signal",
    need=Need.AS_ROOT,
    advice="run as root, if nothing else holds",
)
SYSTEM_CALL_FILTER = Layer(
    name="system-call filter",
    prevents="system calls for sockets, namespaces, mounts, tracing, and rare parts of the kernel",
    applied="seccomp, through libseccomp",
    tested="made a namespace and a netlink socket",
    need=Need.ALWAYS,
    advice="install libseccomp2",
    feature=Feature.SECCOMP,
)
USER_NAMESPACE = Layer(
    name="user namespace",
    prevents="having rights over anything outside the other namespaces",
    applied="`unshare`, by the supervisor",
    tested="compared it with the grader's",
    need=Need.AS_USER,
    advice=DISPENSABLE,
    feature=Feature.NAMESPACES,
)
FILE_TREE = Layer(
    name="mount namespace and root",
    prevents="reaching files that were not laid out for the submission",
    applied="a file tree of bind mounts, and `pivot_root`",
    tested="looked for a file outside the tree",
    need=Need.WHERE_PERMITTED,
    advice=DISPENSABLE,
    feature=Feature.NAMESPACES,
)
PROCESS_NAMESPACE = Layer(
    name="process namespace",
    prevents="seeing and signalling other processes",
    applied="`clone`; all ends with the namespace's first process",
    tested="listed the machine's processes",
    need=Need.WHERE_PERMITTED,
    advice=DISPENSABLE,
    feature=Feature.NAMESPACES,
)
NETWORK_NAMESPACE = Layer(
    name="network namespace",
    prevents="using the network",
    applied="`clone`",
    tested="listed the machine's interfaces",
    need=Need.WHERE_PERMITTED,
    advice=DISPENSABLE,
    feature=Feature.NAMESPACES,
)
IPC_NAMESPACE = Layer(
    name="IPC namespace",
    prevents="using other programs' shared memory, semaphores and queues",
    applied="`clone`",
    tested="compared it with the grader's",
    need=Need.WHERE_PERMITTED,
    advice=DISPENSABLE,
    feature=Feature.NAMESPACES,
)
HOST_NAME_NAMESPACE = Layer(
    name="host-name namespace",
    prevents="learning the machine's name",
    applied="`clone`",
    tested="asked for the machine's name",
    need=Need.WHERE_PERMITTED,
    advice=DISPENSABLE,
    feature=Feature.NAMESPACES,
)
LANDLOCK = Layer(
    name="Landlock",
    prevents="reaching files outside the submission's folders, and TCP ports",
    applied="Landlock, from Linux 5.13 on",
    tested="listed the root folder",
    need=Need.UNLESS_HIDDEN,
    advice="use Linux 5.13 or newer, with landlock in the lsm= of its command line",
    feature=Feature.LANDLOCK,
)
NO_FOREIGN_SOCKETS = Layer(
    name="no sockets of other programs",
    prevents="talking to programs through their sockets' files",
    applied="the file tree; without one, the filter denies all sockets if any is in reach",
    tested="connected to every socket found",
    need=Need.ALWAYS,
    advice=REPORT,
)
LOADER_WORKERS = Layer(
    name="workers of DataLoaders",
    prevents="nothing: workers need sockets and enough shared memory",
    applied="without them, loaders fetch their batches themselves",
    tested="looked at the size of /dev/shm",
    need=Need.NO_LAYER,
    advice="nothing; in a container, --shm-size=1g gives them enough memory",
)
TREE_MEMORY = Layer(
    name="memory of the whole tree",
    prevents="using more memory than allowed, by all processes together",
    applied="the supervisor looks, and ends the probe",
    tested=f"took {BOMB_MIB} MiB where {ALLOWED_MIB} are allowed",
    need=Need.ALWAYS,
    advice=REPORT,
)
CONTROL_GROUP = Layer(
    name="memory and process cgroup",
    prevents="using more memory between two looks of the supervisor",
    applied="a control group, version 1 or 2",
    tested=f"took {BOMB_MIB} MiB where {ALLOWED_MIB} are allowed, while nobody looked",
    need=Need.WHERE_WRITABLE,
    advice="nothing",
    feature=Feature.CGROUP,
)
TREE_CPU = Layer(
    name="CPU seconds of the tree",
    prevents="computing longer than allowed, by all processes together",
    applied="the supervisor looks, and ends the probe",
    tested=f"looped, deaf to all signals, where {SPIN_S} s are allowed",
    need=Need.ALWAYS,
    advice=REPORT,
    at_start=False,
)
NO_SURVIVORS = Layer(
    name="no survivors",
    prevents="outliving the probe",
    applied="the supervisor adopts orphans, and ends them",
    tested="left a daemon, detached from all",
    need=Need.ALWAYS,
    advice=REPORT,
    at_start=False,
)

LAYERS = (
    SEPARATE_PROCESS, PROCESS_LIMITS, NO_NEW_PRIVILEGES, DEDICATED_USER, SYSTEM_CALL_FILTER, USER_NAMESPACE, FILE_TREE,
    PROCESS_NAMESPACE, NETWORK_NAMESPACE, IPC_NAMESPACE, HOST_NAME_NAMESPACE, LANDLOCK, NO_FOREIGN_SOCKETS,
    LOADER_WORKERS, TREE_MEMORY, CONTROL_GROUP, TREE_CPU, NO_SURVIVORS,
)  # fmt: skip
