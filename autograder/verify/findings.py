"""All findings of one call of `verify`."""

from dataclasses import dataclass

from autograder.verify.attacks import AttackResult
from autograder.verify.audit import Audit
from autograder.verify.matrix import Matrix


@dataclass(frozen=True)
class Findings:
    """The findings.

    Attributes:
        matrices: one for each assignment whose suites were proven.
        audits: one for each assignment whose thresholds were audited.
        attacks: the result of each attack on the sandbox.
    """

    matrices: tuple[Matrix, ...] = ()
    audits: tuple[Audit, ...] = ()
    attacks: tuple[AttackResult, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether there are no faults."""
        return (
            all(matrix.is_clean for matrix in self.matrices)
            and not any(audit.faults for audit in self.audits)
            and not any(attack.faults for attack in self.attacks)
        )
