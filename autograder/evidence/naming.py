"""Names observations by all that makes them.

The processor is not part of a name, though torch's kernels differ by it: observations travel. A bundle carries those of
the reference to another machine, the workers of a cluster differ, and a class is judged again where nothing can be
observed. Instead, the cache of this machine lies in a folder named by `environment.processor()`.
"""

import msgspec

from autograder import project
from autograder.checks.handed import Handed
from autograder.evidence.code import Code
from autograder.evidence.environment import processor
from autograder.evidence.running import Question
from autograder.evidence.session import Session
from autograder.evidence.store import key_of
from autograder.model.assignment import Budget
from autograder.wire.limits import Limits


def observation_key(
    session: Session, submission: str, question: Question, limits: Limits, budget: Budget | None = None
) -> str:
    """Return the name of an observation: equal where nothing that makes it differs, whatever machine it is made on.

    Args:
        session: assignment, data, versions, and our own code.
        submission: digest of the observed submission.
        question: the probe and its inputs. Apart from the secret, the data and the submission's digest, deferred
            inputs may depend only on the module of the function that makes them.
        limits: the probe's limits, before a budget changes them.
        budget: the probe's own, if it has one; none for the reference, which sets it.
    """
    assignment, code, file = session.assignment, session.code, session.probes.get(question.probe)
    return key_of(
        submission=submission,
        entry=assignment.entry,
        probe=question.probe,
        arguments=dict(question.arguments),
        code=code.of_module(file.module) if file else "",
        beside=code.beside_every_probe,
        deferred={
            name: make.sha256 if isinstance(make, Handed) else code.of_maker(make)
            for name, make in question.deferred.items()
        },
        data=session.data_digest,
        secret=assignment.secret,  # held-out images are perturbed with it
        seed=assignment.seed,
        environment=dict(session.environment),
        allowed=msgspec.to_builtins([limits, budget]),
    )


def harness_digest(code: Code | None = None) -> str:
    """Return the digest of everything that could change an observation without changing its key.

    It covers the code that confines, watches and runs the children, the installed packages and the processor. When a
    class is judged again, none of it counts, because an honest submission does not see it. A check of the harness
    itself that takes observations from an earlier run keeps them under this name.

    Args:
        code: the project's; looked at now unless given.
    """
    requirements = project.PROJECT / "requirements" / "run.txt"
    return key_of(
        code=(code or Code()).harness,
        packages=requirements.read_text(encoding="utf-8") if requirements.is_file() else "",
        processor=processor(),
    )
