"""Judges `sweep_config`."""

from typing import Any

from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.checks import SubmissionTestCase, manual

METHODS = ("grid", "random", "bayes")
LEAST_VARIED = 3
GOALS = {"loss": "minimize", "error": "minimize", "acc": "maximize"}


class TestSweep(SubmissionTestCase):
    """A2. The sweep"""

    @number("A2.4a")
    @weight(1)
    @visibility("visible")
    def test_hyperparameters(self) -> None:
        """sweep_config has wandb's form, and varies three hyperparameters or more."""
        seen = self._config()
        self.require(
            seen["method"] in METHODS,
            expected=f'"method" is one of {", ".join(METHODS)}',
            seen=seen["method"] or f"keys {', '.join(seen['keys'])}",
            hint='{"method": "bayes", "metric": {"name": …, "goal": …}, "parameters": {…}}',
        )
        parameters = seen["parameters"] or {}
        varied = [name for name, choices in parameters.items() if choices is None or choices >= 2]
        self.require(
            len(varied) >= LEAST_VARIED,
            expected=f'{LEAST_VARIED} or more "parameters", each with two "values" or more, or a "min" and a "max"',
            seen=f"{len(varied)}: {', '.join(varied)}" if varied else "none",
            hint='For example {"num_filters": {"values": [32, 64]}, "dropout": {"values": [0.2, 0.3]}, …}.',
        )

    @number("A2.4b")
    @weight(1)
    @visibility("visible")
    def test_metric(self) -> None:
        """The sweep is led by a figure of the validation pictures, and towards the better."""
        metric = self._config()["metric"] or {}
        name, goal = metric.get("name", "").lower(), metric.get("goal", "minimize")  # wandb's default
        self.require(
            "val" in name and "test" not in name,
            expected='"metric" has a "name" with val in it, such as val_acc',
            seen=metric.get("name") or "no metric",
            hint="Choose by validation figures; those of training mislead, and the test set is for the end.",
        )
        wanted = next((one for word, one in GOALS.items() if word in name), goal)
        self.require(
            goal == wanted and goal in GOALS.values(),
            expected=f'"goal": "{wanted}" for {name}',
            seen=goal,
            hint="Losses are minimized, accuracies maximized.",
        )

    @manual(3)
    @number("A2.5")
    @visibility("visible")
    def test_plots_and_strategy(self) -> None:
        """Plots of the sweep, and the strategy behind it."""
        self.remark(
            "What a person will look for: accuracy over the runs, parallel coordinates and correlations, and how the "
            "number of runs was kept small."
        )

    def _config(self) -> dict[str, Any]:
        config: dict[str, Any] = self.observe("sweep")
        return config


class TestObservations(SubmissionTestCase):
    """A3. Observations"""

    @manual(15)
    @number("A3")
    @visibility("visible")
    def test_observations(self) -> None:
        """What the sweep shows, in sentences that the plots bear out."""
        self.remark(
            "What a person will look for: insights into how the hyperparameters act, each with the evidence for it."
        )
