"""Only an assignment's submissions find its own packages, and these work within the limits."""

from collections.abc import Iterator

import pytest

from autograder.evidence.packages import installed_layer
from autograder.intake.libraries import OF_SOME_ASSIGNMENTS
from autograder.manifest import load_assignment
from autograder.model.verdict import Verdict
from autograder.sandbox.sandbox import open_sandbox
from autograder.wire.built_in import Shown
from tests.sandbox.bench import Bench
from tests.sandbox.test_figures import PROBE

PRELOADED = tuple(module for modules in OF_SOME_ASSIGNMENTS.values() for module in modules)
WITH_TRACKERS = """
    import lightning as L
    import torch
    from lightning.pytorch.callbacks import EarlyStopping, LearningRateMonitor, ModelCheckpoint
    from lightning.pytorch.loggers import TensorBoardLogger
    from lightning.pytorch.loggers.wandb import WandbLogger
    from torch.utils.data import DataLoader, TensorDataset
    from torchmetrics.classification import MulticlassAccuracy

    class Classifier(L.LightningModule):
        def __init__(self, width=8):
            super().__init__()
            self.save_hyperparameters()
            self.layer, self.accuracy = torch.nn.Linear(width, 2), MulticlassAccuracy(2)

        def training_step(self, batch, batch_idx):
            logits = self.layer(batch[0])
            self.accuracy(logits, batch[1])
            self.log("acc", self.accuracy, on_epoch=True, prog_bar=True)
            return torch.nn.functional.cross_entropy(logits, batch[1])

        def validation_step(self, batch, batch_idx):
            self.log("val_loss", torch.nn.functional.cross_entropy(self.layer(batch[0]), batch[1]))

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=0.1)

    def answer():
        L.seed_everything(1, workers=True)
        loader = DataLoader(TensorDataset(torch.randn(32, 8), torch.arange(32) % 2), 8)
        logger = WandbLogger(project="course", log_model=True, config={"lr": 0.1})
        logger.experiment.config.update({"epochs": 2})
        logger.watch(None)
        callbacks = [EarlyStopping("val_loss"), LearningRateMonitor(), ModelCheckpoint(monitor="val_loss")]
        trainer = L.Trainer(max_epochs=2, logger=[logger, TensorBoardLogger("logs")], callbacks=callbacks)
        module = Classifier()
        trainer.fit(module, loader, loader)
        return [trainer.global_step, dict(logger.experiment.config), "acc" in trainer.callback_metrics]
"""


@pytest.fixture(scope="module")
def own() -> Iterator[Bench]:
    """The sandbox of an assignment with packages."""
    with open_sandbox({}, packages=installed_layer(load_assignment("inaturalist_cnn"))) as (sandbox, stage):
        yield Bench(sandbox, stage)


def test_trainer_with_trackers_and_callbacks_trains(own: Bench) -> None:
    """Checkpoints and a bar are its default; the loggers of wandb and TensorBoard record nothing."""
    seen = own.run(WITH_TRACKERS, libraries=PRELOADED, output_mib=1)

    assert (seen.verdict, seen.value) == (Verdict.RETURNED, [8, {"lr": 0.1, "epochs": 2}, True]), seen.reason


def test_figures_of_preloaded_libraries_are_kept(own: Bench) -> None:
    """The zygote has imported seaborn, and pyplot with it, before the child watches what is drawn."""
    source = "import matplotlib.pyplot as plt\nimport seaborn\nseaborn.heatmap([[1, 2], [3, 4]])\nplt.show()\n"
    seen = own.run(source, probe=PROBE, declared=Shown, libraries=PRELOADED)

    assert seen.verdict is Verdict.RETURNED, seen.reason
    assert [one.place for one in seen.value.drawn] == ["submitted.py, line 4"]


def test_other_assignments_do_not_find_them(bench: Bench) -> None:
    """A course's grades must not depend on what another assignment installs."""
    seen = bench.run("import lightning", libraries=PRELOADED)

    assert seen.verdict is Verdict.RAISED
    assert seen.error
    assert "No module named 'lightning'" in seen.error.message
