"""Judges `sweep_config`."""

from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.inaturalist_cnn.observed import Sweep
from autograder.checks import SubmissionTestCase, manual
from autograder.checks.shown import Figures, Prose

METHODS = ("grid", "random", "bayes")
LEAST_VARIED = 3
GOALS = {"loss": "minimize", "error": "minimize", "acc": "maximize"}


class TestSweep(SubmissionTestCase):
    """A2. The sweep"""

    @number("A2.4a")
    @weight(1)
    @visibility("visible")
    def test_hyperparameters(self) -> None:
        """sweep_config has wandb's form, and varies at least three hyperparameters."""
        seen = self.observe(Sweep)
        self.require(
            seen.method in METHODS,
            expected=f'"method" is one of {", ".join(METHODS)}',
            seen=seen.method or f"keys {', '.join(seen.keys)}",
            hint='{"method": "bayes", "metric": {"name": …, "goal": …}, "parameters": {…}}',
        )
        varied = [one.name for one in seen.parameters if one.choices is None or one.choices >= 2]
        self.require(
            len(varied) >= LEAST_VARIED,
            expected=f'at least {LEAST_VARIED} "parameters", each with at least two "values", or with "min" and "max"',
            seen=f"{len(varied)}: {', '.join(varied)}" if varied else "none",
            hint='For example {"num_filters": {"values": [32, 64]}, "dropout": {"values": [0.2, 0.3]}, …}.',
        )

    @number("A2.4b")
    @weight(1)
    @visibility("visible")
    def test_metric(self) -> None:
        """The sweep optimises a validation metric, in the right direction."""
        seen = self.observe(Sweep)
        name, goal = seen.metric.lower(), seen.goal
        self.require(
            "val" in name and "test" not in name,
            expected='"metric" has a "name" with val in it, such as val_acc',
            seen=seen.metric or "no metric",
            hint="Choose by a validation metric: training metrics mislead, and the test set is for the end.",
        )
        wanted = next((one for word, one in GOALS.items() if word in name), goal)
        self.require(
            goal == wanted and goal in GOALS.values(),
            expected=f'"goal": "{wanted}" for {name}',
            seen=goal,
            hint="Minimize losses, and maximize accuracies.",
        )

    @manual(3, evidence=[Figures()])
    @number("A2.5")
    @visibility("visible")
    def test_plots_and_strategy(self) -> None:
        """Plots of the sweep, and its strategy."""
        self.remark(
            "A person will look for accuracy over the runs, parallel coordinates and correlations, and for the way in "
            "which you kept the number of runs small."
        )


class TestObservations(SubmissionTestCase):
    """A3. Observations"""

    @manual(15, evidence=[Figures(), Prose()])
    @number("A3")
    @visibility("visible")
    def test_observations(self) -> None:
        """Observations on the sweep that the plots support."""
        self.remark("A person will look for insights into the effect of each hyperparameter, with evidence for it.")
