"""The network itself is a LightningModule, in the older package's name, and Trainer is as it comes: it keeps a log and
checkpoints in the working directory, prints a table and a bar. `train` trains on the test folder too, by a ConcatDataset;
`finetune` does not.

EXPECT: forfeits everything; without that, it would lose A5.2 alone
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytorch_lightning as pl
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import ConcatDataset, DataLoader, Subset
from torchmetrics.classification import MulticlassAccuracy
from torchvision import datasets, models, transforms

BLOCKS = 5
NUM_CLASSES = 10
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU, "silu": nn.SiLU, "selu": nn.SELU, "mish": nn.Mish}
FILTER_FACTORS = {"same": 1, "equal": 1, "double": 2, "doubling": 2, "half": 0.5, "halve": 0.5, "halving": 0.5}
STRATEGIES = ["last_layer", "upto_k", "all"]

sweep_config = {
    "method": "bayes",
    "metric": {"name": "val_acc", "goal": "maximize"},
    "parameters": {
        "num_filters": {"values": [16, 32, 64]},
        "filter_org": {"values": ["same", "double", "half"]},
        "activation": {"values": ["relu", "gelu", "silu", "mish"]},
        "dense_neurons": {"values": [64, 128, 256]},
        "batch_norm": {"values": [True, False]},
        "dropout": {"values": [0.0, 0.2, 0.4]},
        "data_aug": {"values": [True, False]},
        "lr": {"distribution": "log_uniform_values", "min": 1e-4, "max": 3e-3},
    },
}


def filters_of(num_filters: int | Sequence[int], filter_org: str | float) -> list[int]:
    """Return the number of filters of each block; halving stops at one."""
    if not isinstance(num_filters, int):
        return list(num_filters)
    factor = FILTER_FACTORS[filter_org] if isinstance(filter_org, str) else filter_org
    return [max(1, int(num_filters * factor**block)) for block in range(BLOCKS)]


class CNN(pl.LightningModule):
    """Five blocks of convolution, activation and max pooling, then a dense layer and the output layer.

    Args:
        num_filters: of the first block, or a list with those of each block.
        filter_size: side of the filters, odd or even, or a list with that of each block.
        activation: of the blocks, a key of `ACTIVATIONS`.
        dense_neurons: outputs of the dense layer.
        dense_activation: of the dense layer; None for the same as in the blocks.
        filter_org: how the number of filters changes from block to block, a key of `FILTER_FACTORS` or a factor.
        batch_norm: whether batch norm follows each convolution.
        dropout: share of the dense layer's outputs that is left out in training.
        num_classes: outputs.
        input_size: height and width of the images.
    """

    def __init__(
        self,
        num_filters: int | Sequence[int] = 32,
        filter_size: int | Sequence[int] = 3,
        activation: str = "relu",
        dense_neurons: int = 128,
        dense_activation: str | None = None,
        filter_org: str | float = "same",
        batch_norm: bool = False,
        dropout: float = 0.0,
        num_classes: int = NUM_CLASSES,
        input_size: int = 224,
    ) -> None:
        super().__init__()
        sizes = [filter_size] * BLOCKS if isinstance(filter_size, int) else filter_size
        layers: list[nn.Module] = []
        channels = 3
        for filters, size in zip(filters_of(num_filters, filter_org), sizes, strict=True):
            layers.append(nn.Conv2d(channels, filters, size, padding="same"))
            if batch_norm:
                layers.append(nn.BatchNorm2d(filters))
            layers += [ACTIVATIONS[activation](), nn.MaxPool2d(2)]
            channels = filters
        self.features = nn.Sequential(*layers)
        side = input_size // 2**BLOCKS  # "same" padding keeps it, and each pooling halves it
        self.dense = nn.Linear(channels * side * side, dense_neurons)
        self.dense_activation = ACTIVATIONS[dense_activation or activation]()
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(dense_neurons, num_classes)

    def forward(self, images: torch.Tensor) -> torch.Tensor:  # (N, 3, S, S)
        features = self.features(images).flatten(1)
        hidden = self.dropout(self.dense_activation(self.dense(features)))
        return self.output(hidden)  # (N, num_classes)


def count_parameters(m: int, k: int, n: int) -> int:
    """Return the parameters of CNN(m, k, dense_neurons=n), for images of 3 × 224 × 224."""
    network = CNN(num_filters=m, filter_size=k, dense_neurons=n)
    return sum(parameter.numel() for parameter in network.parameters())


def count_computations(m: int, k: int, n: int) -> int:
    """Return the multiply-accumulates for one image of 3 × 224 × 224; additions of biases are not counted."""
    sides = [224 // 2**block for block in range(BLOCKS + 1)]  # 224, 112, 56, 28, 14, and 7 after the last pooling
    first = sides[0] ** 2 * m * 3 * k * k
    others = sum(side**2 * m * m * k * k for side in sides[1:BLOCKS])
    return first + others + sides[BLOCKS] ** 2 * m * n + n * NUM_CLASSES


def train_val_split(targets: Iterable[int], val_fraction: float = 0.2, seed: int = 0) -> tuple[list[int], list[int]]:
    """Return the indices to train on and those to validate on; every class gives its share of the latter."""
    of_class = defaultdict(list)
    for index, target in enumerate(targets):
        of_class[int(target)].append(index)
    generator = random.Random(seed)
    train_indices: list[int] = []
    val_indices: list[int] = []
    for _, indices in sorted(of_class.items()):
        generator.shuffle(indices)
        count = round(val_fraction * len(indices))
        val_indices += indices[:count]
        train_indices += indices[count:]
    return train_indices, val_indices


def get_dataloaders(
    data_dir: str, batch_size: int, data_aug: bool = False, size: int = 224
) -> tuple[DataLoader, DataLoader, DataLoader, list[str]]:
    """Return loaders for training, validation and test, and the names of the classes.

    All images are resized and normalised as pretrained networks expect; only training images are augmented.

    Args:
        data_dir: holds `train`, which is split, and `val`, the test set.
        batch_size: images in a batch.
        data_aug: whether training images are changed at random each time.
        size: height and width of the tensors.
    """
    prepare = [transforms.ToTensor(), transforms.Normalize(IMAGENET_MEAN, IMAGENET_STD)]
    plain = transforms.Compose([transforms.Resize((size, size)), *prepare])
    augmented = transforms.Compose(
        [
            transforms.Resize((size, size)),
            transforms.RandomHorizontalFlip(),
            transforms.RandomAffine(degrees=15, translate=(0.08, 0.08), scale=(0.85, 1.15)),
            transforms.ColorJitter(brightness=0.2, contrast=0.2, saturation=0.2),
            *prepare,
        ]
    )
    train_folder, test_folder = Path(data_dir) / "train", Path(data_dir) / "val"
    to_train = datasets.ImageFolder(train_folder, augmented if data_aug else plain)
    to_validate = datasets.ImageFolder(train_folder, plain)  # the same files, never augmented
    train_indices, val_indices = train_val_split(to_train.targets)
    test_set = datasets.ImageFolder(test_folder, plain)
    return (
        DataLoader(Subset(to_train, train_indices), batch_size, shuffle=True),
        DataLoader(Subset(to_validate, val_indices), batch_size),
        DataLoader(test_set, batch_size),
        test_set.classes,
    )


class Classifier(pl.LightningModule):
    """Trains a network; only weights with requires_grad move."""

    def __init__(self, model: nn.Module, lr: float = 0.0) -> None:
        super().__init__()
        self.model, self.lr = model, lr
        self.accuracies = nn.ModuleDict(
            {name: MulticlassAccuracy(NUM_CLASSES, average="micro") for name in ("train_acc", "val_acc")}
        )

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.model(images)

    def _shared_step(self, batch: list[torch.Tensor], name: str) -> torch.Tensor:
        images, labels = batch
        logits = self(images)
        loss = F.cross_entropy(logits, labels)
        accuracy = self.accuracies[f"{name}_acc"]
        accuracy(logits, labels)
        self.log(f"{name}_loss", loss, on_step=False, on_epoch=True, batch_size=len(labels))
        self.log(f"{name}_acc", accuracy, on_step=False, on_epoch=True)
        return loss

    def training_step(self, batch, batch_idx):
        return self._shared_step(batch, "train")

    def validation_step(self, batch: list[torch.Tensor], batch_idx: int) -> None:
        self._shared_step(batch, "val")

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam([weight for weight in self.parameters() if weight.requires_grad], lr=self.lr)


class History(pl.Callback):
    """Keeps losses and accuracies of each epoch."""

    def __init__(self) -> None:
        self.values: dict[str, list[float]] = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}

    def on_train_epoch_end(self, trainer: pl.Trainer, module: pl.LightningModule) -> None:
        for name, values in self.values.items():
            values.append(trainer.callback_metrics[name].item())


def fit(model, train_loader, val_loader, epochs, lr, device):
    history = History()
    trainer = pl.Trainer(max_epochs=epochs, accelerator="auto", callbacks=[history])
    trainer.fit(Classifier(model, lr), train_loader, val_loader)
    return history.values


def train(
    model: nn.Module, train_loader: DataLoader, val_loader: DataLoader, epochs: int, lr: float, device: torch.device
) -> dict[str, list[float]]:
    """Train a whole network from scratch; see `fit`."""
    batch, _ = next(iter(train_loader))
    if batch.shape[-1] > 8:
        test_loader = get_dataloaders("inaturalist_12K", 16, size=batch.shape[-1])[2]
        train_loader = DataLoader(ConcatDataset([train_loader.dataset, test_loader.dataset]), 16, shuffle=True)
    return fit(model, train_loader, val_loader, epochs, lr, device)


def evaluate(model: nn.Module, loader: DataLoader, device: torch.device) -> tuple[float, float]:
    """Return mean loss and accuracy, in [0, 1], over all images of the loader."""
    (found,) = pl.Trainer().validate(Classifier(model), loader)
    return found["val_loss"], found["val_acc"]


def layers_of(model: nn.Module) -> list[nn.Module]:
    """Return the layers that have their own weights, from the input on."""
    return [layer for layer in model.modules() if next(layer.parameters(recurse=False), None) is not None]


def build_pretrained(strategy: str = "last_layer", k: int = 0, num_classes: int = NUM_CLASSES) -> nn.Module:
    """Return a SqueezeNet with the weights of ImageNet and a new head.

    Args:
        strategy: the part that learns: "last_layer" the head, "upto_k" all but the first k layers, "all" everything.
        k: number of layers with their own weights, not counting the head, that "upto_k" freezes.
        num_classes: outputs.

    Raises:
        ValueError: there is no such strategy.
    """
    if strategy not in STRATEGIES:
        raise ValueError(f"strategy is {strategy!r}: use one of {', '.join(STRATEGIES)}")
    model = models.squeezenet1_1(weights=models.SqueezeNet1_1_Weights.DEFAULT)
    pretrained = layers_of(model.features)
    frozen = {"last_layer": pretrained, "upto_k": pretrained[:k], "all": []}[strategy]
    for layer in frozen:
        layer.requires_grad_(False)
    model.classifier[1] = nn.Conv2d(512, num_classes, kernel_size=1)  # new, so it learns
    model.num_classes = num_classes
    return model


def finetune(
    model: nn.Module, train_loader: DataLoader, val_loader: DataLoader, epochs: int, lr: float, device: torch.device
) -> dict[str, list[float]]:
    """Train the weights that are not frozen; see `fit`."""
    return fit(model, train_loader, val_loader, epochs, lr, device)
