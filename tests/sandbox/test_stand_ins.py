"""Programs find in the sandbox the files that they expect from the internet."""

import pickle
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from autograder.model.verdict import Verdict
from tests.sandbox.bench import Bench

SHARES = """
from autograder.probes.pretrained import pretrained_share
def call(submitted):
    return [pretrained_share(model) for model in submitted.get("answer")()]
"""


def seen_of(bench: Bench, source: str | Mapping[str, str | bytes], **options: Any) -> Any:
    """Return what a probe returned; fails with the reason and the output if it did not."""
    seen = bench.run(source, **options)

    assert seen.verdict is Verdict.RETURNED, f"{seen.reason}\n{seen.error and seen.error.traceback}\n{seen.printed}"
    return seen.value


def test_pretrained_scratch_and_frozen_networks_can_be_told_apart(bench: Bench) -> None:
    """A network with served weights has them all, one with a new head nearly all, and one from scratch none."""
    pretrained, headed, moved, scratch = seen_of(
        bench,
        """
        import torch, torchvision
        def answer():
            torch.manual_seed(5)
            make = torchvision.models.squeezenet1_1
            pretrained, headed, moved = (make(weights="DEFAULT") for _ in range(3))
            headed.classifier[1] = torch.nn.Conv2d(512, 3, 1)
            with torch.no_grad():
                for parameter in moved.parameters():
                    parameter += 1e-3
            return pretrained, headed, moved, make(weights=None)
        """,
        probe=SHARES,
    )

    assert (pretrained, moved, scratch) == (1.0, 0.0, 0.0)
    assert 0.5 < headed < 1


@pytest.mark.parametrize(
    "way",
    [
        "models.squeezenet1_1(pretrained=True)",
        "models.squeezenet1_1(weights=models.SqueezeNet1_1_Weights.IMAGENET1K_V1)",
        "torch.hub.load('pytorch/vision:v0.10.0', 'squeezenet1_1', pretrained=True, verbose=False)",
        "loaded(torch.hub.load_state_dict_from_url(models.SqueezeNet1_1_Weights.DEFAULT.url, progress=False))",
        "loaded(torch.utils.model_zoo.load_url('https://download.pytorch.org/models/squeezenet1_1-b8a52dc0.pth'))",
        "downloaded(models.SqueezeNet1_1_Weights.DEFAULT.url)",
    ],
)
def test_every_way_to_pretrained_weights_leads_to_the_same(bench: Bench, way: str) -> None:
    """Old and new arguments, the hub, addresses and downloads."""
    source = f"""
    import torch, torch.utils.model_zoo
    from torchvision import models
    def loaded(state):
        model = models.squeezenet1_1()
        model.load_state_dict(state)
        return model
    def downloaded(url):
        torch.hub.download_url_to_file(url, "weights.pth")
        return loaded(torch.load("weights.pth"))
    def answer():
        return [{way}]
    """
    assert seen_of(bench, source, probe=SHARES) == [1.0]


def test_checkpoint_of_the_hand_out_comes_first(bench: Bench) -> None:
    """Where the data hold weights of the architecture, these are served, as float32."""
    value = seen_of(
        bench,
        """
        import os, torch, torchvision
        def answer():
            os.mkdir("pretrained")
            state = {name: torch.full_like(value, 0.5).half() for name, value in
                     torchvision.models.squeezenet1_1().state_dict().items()}
            torch.save(state, "pretrained/squeezenet1_1.pth")
            weight = torchvision.models.squeezenet1_1(weights="DEFAULT").features[0].weight
            return [str(weight.dtype), weight.unique().tolist()]
        """,
    )

    assert value == ["torch.float32", [0.5]]


def test_weights_are_the_same_at_each_grading_whatever_the_seed(bench: Bench) -> None:
    """They depend on the architecture's name alone, and asking for them leaves the generators as they were."""
    first, second = seen_of(
        bench,
        """
        import torch, torchvision
        def answer():
            sums = []
            for seed in (1, 2):
                torch.manual_seed(seed)
                model = torchvision.models.squeezenet1_1(weights="DEFAULT")
                sums.append([float(sum(p.double().sum() for p in model.parameters()))])
            return sums
        """,
    )

    assert first == second


def test_hub_says_what_it_cannot_serve(bench: Bench) -> None:
    """Another repository than torchvision's is not there."""
    seen = bench.run("import torch\ndef answer():\n    torch.hub.load('ultralytics/yolov5', 'yolov5s')")

    assert seen.error is not None
    assert "no internet" in seen.error.message


def batch(labels: list[int]) -> bytes:
    """Return a batch file of CIFAR-10 with images of one colour."""
    images = np.repeat(np.array(labels, np.uint8), 3072).reshape(-1, 3072)
    return pickle.dumps({"data": images, "labels": labels}, protocol=2)


def test_cifar10_is_read_from_the_working_directory(bench: Bench) -> None:
    """Any root and `download=True` lead to the hand-out's files, whose sums are not the original's."""
    files = {f"data_batch_{n}": batch([n, n]) for n in range(1, 6)} | {
        "test_batch": batch([7]),
        "batches.meta": pickle.dumps({"label_names": [str(n) for n in range(10)]}, protocol=2),
    }
    value = seen_of(
        bench,
        f"""
        import os, torchvision
        from torchvision.datasets import CIFAR10
        def answer():
            os.mkdir("cifar-10-batches-py")
            for name, content in {files!r}.items():
                open(f"cifar-10-batches-py/{{name}}", "wb").write(content)
            train = torchvision.datasets.CIFAR10(root="./data", train=True, download=True)
            test = CIFAR10("/content/drive", False)
            return [len(train), train[9][1], len(test), test[0][1]]
        """,
    )

    assert value == [10, 5, 1, 7]


@pytest.mark.parametrize("name", ["MNIST", "FashionMNIST"])
def test_mnist_is_read_from_the_working_directory(bench: Bench, name: str) -> None:
    """Uncompressed idx files of any length do."""
    images = struct.pack(">4i", 2051, 3, 28, 28) + bytes(3 * 28 * 28)
    labels = struct.pack(">2i", 2049, 3) + bytes([4, 5, 6])
    value = seen_of(
        bench,
        f"""
        import os
        from torchvision import datasets
        def answer():
            os.makedirs("{name}/raw")
            for part in ("train", "t10k"):
                open(f"{name}/raw/{{part}}-images-idx3-ubyte", "wb").write({images!r})
                open(f"{name}/raw/{{part}}-labels-idx1-ubyte", "wb").write({labels!r})
            data = datasets.{name}(root="~/.data", download=True)
            return [len(data), data[1][1]]
        """,
    )

    assert value == [3, 5]


def test_root_that_holds_the_files_is_kept(bench: Bench) -> None:
    """A program that lays out its own files, as a probe does, reads those."""
    labels = struct.pack(">2i", 2049, 1) + bytes([9])
    images = struct.pack(">4i", 2051, 1, 28, 28) + bytes(28 * 28)
    no_images = struct.pack(">4i", 2051, 0, 28, 28)
    value = seen_of(
        bench,
        f"""
        import os
        from torchvision import datasets
        def answer():
            for root, images in (("own", {images!r}), (".", {no_images!r})):
                os.makedirs(f"{{root}}/MNIST/raw")
                for part in ("train", "t10k"):
                    open(f"{{root}}/MNIST/raw/{{part}}-images-idx3-ubyte", "wb").write(images)
                    open(f"{{root}}/MNIST/raw/{{part}}-labels-idx1-ubyte", "wb").write({labels!r})
            return datasets.MNIST("own")[0][1]
        """,
    )

    assert value == 9


def test_experiment_tracker_accepts_every_call(bench: Bench) -> None:
    """A program written for wandb runs as it is, and reads its own settings back."""
    value = seen_of(
        bench,
        """
        import wandb
        from wandb.sdk import anything
        from torch.utils.tensorboard import SummaryWriter
        def answer():
            wandb.login(key="secret")
            with wandb.init(project="p", config={"lr": 0.1, "epochs": 3}) as run:
                run.config.update({"batch": 8}, allow_val_change=True)
                wandb.log({"loss": 1.0}, step=4)
                wandb.watch(object(), log="all")
                run.summary["best"] = 0.5
                wandb.run.name = "a name"
                run.log({"grid": [wandb.Image(object(), caption="c") for _ in range(2)]})
                wandb.log({"confusion": wandb.plot.confusion_matrix(y_true=[1], preds=[1])})
            sweep = wandb.sweep({"method": "random"}, project="p")
            wandb.agent(sweep, function=lambda: 1 / 0, count=3)
            wandb.finish()
            SummaryWriter("runs").add_scalar("loss", 1.0, 1)
            return [run.config.lr, wandb.config["epochs"], wandb.config.batch, list(wandb.Api().runs("p"))]
        """,
    )

    assert value == [0.1, 3, 8, []]


def test_setting_that_was_never_made_is_an_error(bench: Bench) -> None:
    """As with wandb itself: a value out of thin air would train something else without a word."""
    seen = bench.run("import wandb\ndef answer():\n    wandb.init(config={'lr': 1})\n    return wandb.config.epochs")

    assert seen.error is not None
    assert "epochs" in seen.error.message


def test_students_own_module_comes_before_the_stand_in(bench: Bench) -> None:
    """A file of that name in the upload is imported as ever."""
    files = {"submitted.py": "import wandb\ndef answer():\n    return wandb.NAME\n", "wandb.py": "NAME = 'mine'\n"}

    assert seen_of(bench, files) == "mine"
