"""The layers that keep a submission from everything else.

This table is the one place that names them. The child takes from it what to apply, the self-test what to attack,
`doctor` and the documents what to show, and manifests which layers they may require. A new layer is an entry here
and, where the kernel enforces it, a module in `confinement/`.
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
    """One layer.

    Attributes:
        name: what people and manifests call it.
        prevents: what a submission could do without it.
        applied: how it is put into force.
        tested: the attack by which the self-check finds out whether it holds.
        need: when it is needed.
        advice: what to do where it is missing.
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


REPORT = "report it: this does not depend on the machine"
DISPENSABLE = "nothing: the others hold without it"

SEPARATE_PROCESS = Layer(
    name="separate process",
    prevents="use of the grader's memory and open files",
    applied="a fork of the zygote, which keeps four descriptors",
    tested="looked for descriptors of the grader's",
    need=Need.ALWAYS,
    advice=REPORT,
)
PROCESS_LIMITS = Layer(
    name="limits of each process",
    prevents="use of more memory, processes or open files than allowed",
    applied="`setrlimit`",
    tested="raised one of them",
    need=Need.ALWAYS,
    advice=REPORT,
)
NO_NEW_PRIVILEGES = Layer(
    name="no new privileges",
    prevents="root's rights through a setuid program",
    applied="`NO_NEW_PRIVS`, and no capabilities",
    tested="started a program that is setuid root",
    need=Need.ALWAYS,
    advice=REPORT,
)
DEDICATED_USER = Layer(
    name="dedicated user",
    prevents="signals to the grader, and access to files of its user",
    applied="a user id that nothing else has",
    tested="sent the grader a signal",
    need=Need.AS_ROOT,
    advice="run as root, if nothing else holds",
)
SYSTEM_CALL_FILTER = Layer(
    name="system-call filter",
    prevents="network sockets, namespaces, mounts, tracing, kernel interfaces",
    applied="seccomp, through libseccomp",
    tested="made a namespace and a netlink socket",
    need=Need.ALWAYS,
    advice="install libseccomp2",
    feature=Feature.SECCOMP,
)
USER_NAMESPACE = Layer(
    name="user namespace",
    prevents="rights over anything outside the other namespaces",
    applied="`unshare`, by the supervisor",
    tested="compared it with the grader's",
    need=Need.AS_USER,
    advice=DISPENSABLE,
    feature=Feature.NAMESPACES,
)
FILE_TREE = Layer(
    name="mount namespace and root",
    prevents="access to files that were not laid out for it",
    applied="a file tree built from bind mounts, and `pivot_root`",
    tested="looked for a file of the machine's",
    need=Need.WHERE_PERMITTED,
    advice=DISPENSABLE,
    feature=Feature.NAMESPACES,
)
PROCESS_NAMESPACE = Layer(
    name="process namespace",
    prevents="seeing and signalling other processes, and outliving the probe",
    applied="`clone`, with a first process that reaps",
    tested="listed the machine's processes",
    need=Need.WHERE_PERMITTED,
    advice=DISPENSABLE,
    feature=Feature.NAMESPACES,
)
NETWORK_NAMESPACE = Layer(
    name="network namespace",
    prevents="use of the network",
    applied="`clone`",
    tested="listed the machine's interfaces",
    need=Need.WHERE_PERMITTED,
    advice=DISPENSABLE,
    feature=Feature.NAMESPACES,
)
IPC_NAMESPACE = Layer(
    name="IPC namespace",
    prevents="use of other programs' shared memory, semaphores and queues",
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
    prevents="access to files outside its folders, and to TCP ports",
    applied="Landlock's system calls, from Linux 5.13 on",
    tested="listed the topmost folder",
    need=Need.UNLESS_HIDDEN,
    advice="use Linux 5.13 or newer, with landlock in the lsm= of its command line",
    feature=Feature.LANDLOCK,
)
NO_FOREIGN_SOCKETS = Layer(
    name="no sockets of other programs",
    prevents="talking to programs that listen on a socket's file",
    applied="the file tree; without one, the filter denies all sockets where any is in reach",
    tested="connected to all that could be found",
    need=Need.ALWAYS,
    advice=REPORT,
)
LOADER_WORKERS = Layer(
    name="workers of DataLoaders",
    prevents="nothing; workers need sockets and enough shared memory",
    applied="`DataLoader` without workers, where it is missing",
    tested="looked at the size of /dev/shm",
    need=Need.NO_LAYER,
    advice="nothing: they fetch batches themselves; in a container, --shm-size=1g",
)
TREE_MEMORY = Layer(
    name="memory of the whole tree",
    prevents="use of more memory than allowed, by all its processes together",
    applied="the supervisor looks, and ends the probe",
    tested=f"took {BOMB_MIB} MiB where {ALLOWED_MIB} are allowed",
    need=Need.ALWAYS,
    advice=REPORT,
)
CONTROL_GROUP = Layer(
    name="memory and process cgroup",
    prevents="use of memory between two looks of the supervisor",
    applied="a control group, version 1 or 2",
    tested=f"took {BOMB_MIB} MiB where {ALLOWED_MIB} are allowed, while nobody looked",
    need=Need.WHERE_WRITABLE,
    advice="nothing",
    feature=Feature.CGROUP,
)
TREE_CPU = Layer(
    name="CPU seconds of the tree",
    prevents="computing without end, by all its processes together",
    applied="the supervisor adds up, and ends the probe",
    tested=f"looped, deaf to all signals, where {SPIN_S} s are allowed",
    need=Need.ALWAYS,
    advice=REPORT,
    at_start=False,
)
NO_SURVIVORS = Layer(
    name="no survivors",
    prevents="processes that outlive their probe",
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
