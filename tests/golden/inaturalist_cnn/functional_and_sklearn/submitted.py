"""Right, and put together in other ways: activations and pooling as functions, the activation behind the pooling
where the order does not matter, the split by scikit-learn as arrays, an own Dataset on top of PIL, loaders that are
plain lists of batches for validation and test, normalisation inside the pretrained network instead of the
loaders, strategies as dicts, a history as list of dicts together with the network, accuracies in percent.

EXPECT: loses the points for best_model.pth only
"""
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from sklearn.model_selection import train_test_split
from torch import nn, optim
from torch.utils.data import DataLoader, Dataset
from torchvision import models
from torchvision import transforms as T


class CNN(nn.Module):
    def __init__(self, num_filters=32, filter_size=3, activation="relu", dense_neurons=128, dense_activation=None,
                 filter_org="same", batch_norm=False, dropout=0.0, num_classes=10, input_size=224, verbose=False):
        super().__init__()
        factor = {"same": 1, "double": 2, "half": 0.5}.get(filter_org, filter_org)
        if isinstance(num_filters, (list, tuple)):
            widths = list(num_filters)
        else:
            widths = [max(2, round(num_filters * factor ** i)) if factor != 1 else num_filters for i in range(5)]
        sizes = list(filter_size) if isinstance(filter_size, (list, tuple)) else 5 * [filter_size]
        self.convs = nn.ModuleList()
        self.norms = nn.ModuleList()
        side, channels = input_size, 3
        for width, size in zip(widths, sizes):
            self.convs.append(nn.Conv2d(channels, width, size, padding=size // 2))
            self.norms.append(nn.BatchNorm2d(width) if batch_norm else nn.Identity())
            side = (side + 2 * (size // 2) - size + 1) // 2
            channels = width
        self.activation = getattr(F, activation)
        self.dense_activation = getattr(F, dense_activation or activation)
        self.p = dropout
        self.hidden = nn.Linear(channels * side * side, dense_neurons)
        self.head = nn.Linear(dense_neurons, num_classes)
        if verbose:
            print(self)

    def forward(self, x):
        for conv, norm in zip(self.convs, self.norms):
            x = norm(conv(x))
            if self.activation is F.relu:
                x = F.relu(F.max_pool2d(x, 2), inplace=True)
            else:
                x = F.max_pool2d(self.activation(x), 2)
        x = self.dense_activation(self.hidden(x.reshape(len(x), -1)))
        return self.head(F.dropout(x, self.p, training=self.training))


def count_parameters(m, k, n):
    model = CNN(num_filters=m, filter_size=k, dense_neurons=n)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def count_computations(m, k, n):
    total, side, channels = 0, 224, 3
    for _ in range(5):
        total += 2 * side * side * m * channels * k * k
        side //= 2
        channels = m
    return total + 2 * side * side * m * n + 2 * n * 10


def train_val_split(targets, val_fraction=0.2, seed=0):
    indices = np.arange(len(targets))
    return train_test_split(indices, test_size=val_fraction, stratify=targets, random_state=seed)


class Pictures(Dataset):
    def __init__(self, files, names, transform):
        self.files, self.names, self.transform = files, names, transform

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        picture = Image.open(self.files[i]).convert("RGB")
        return self.transform(picture), self.names.index(self.files[i].parent.name)


def get_dataloaders(data_dir, batch_size, data_aug=False, size=224):
    plain = T.Compose([T.Resize((size, size)), T.ToTensor()])
    varied = T.Compose([T.RandomHorizontalFlip(), T.Resize((size, size)), T.ToTensor()])
    files = sorted(Path(data_dir, "train").glob("*/*.jpg"))
    names = sorted({f.parent.name for f in files})
    train_i, val_i = train_val_split([names.index(f.parent.name) for f in files])
    train_set = Pictures([files[i] for i in train_i], names, varied if data_aug else plain)
    val_set = Pictures([files[i] for i in val_i], names, plain)
    test_set = Pictures(list(Path(data_dir, "val").glob("*/*.jpg")), names, plain)
    return (DataLoader(train_set, batch_size=batch_size, shuffle=True),
            list(DataLoader(val_set, batch_size=batch_size)), list(DataLoader(test_set, batch_size=batch_size)), names)


def evaluate(model, loader, device):
    model.to(device).eval()
    losses, hits = [], []
    with torch.inference_mode():
        for x, y in loader:
            out = model(x.to(device))
            losses.append(F.cross_entropy(out, y.to(device), reduction="none"))
            hits.append(out.argmax(1) == y.to(device))
    return torch.cat(losses).mean(), 100 * torch.cat(hits).float().mean()


def _epochs(model, train_loader, val_loader, epochs, optimizer, device):
    rows = []
    for _ in range(epochs):
        model.train()
        seen, loss_sum, right = 0, 0.0, 0
        for x, y in train_loader:
            out = model(x.to(device))
            loss = F.cross_entropy(out, y.to(device))
            optimizer.zero_grad(); loss.backward(); optimizer.step()
            seen += len(y); loss_sum += loss.detach() * len(y); right += (out.argmax(1) == y).sum()
        val_loss, val_acc = evaluate(model, val_loader, device)
        rows.append({"training loss": loss_sum / seen, "training accuracy": 100 * right / seen,
                     "validation loss": val_loss, "validation accuracy": val_acc})
    return rows


def train(model, train_loader, val_loader, epochs, lr, device):
    model = model.to(device)
    return _epochs(model, train_loader, val_loader, epochs, optim.SGD(model.parameters(), lr, momentum=0.9), device)


def sweep_config():
    return {"method": "random", "metric": {"name": "valid_loss", "goal": "minimize"},
            "parameters": {"lr": {"min": 0.0001, "max": 0.1}, "num_filters": {"values": (16, 32)},
                           "batch_norm": {"values": [True, False]}}}


STRATEGIES = [{"strategy": "last_layer"}, {"strategy": "upto_k", "k": 2}, {"strategy": "all"}]


class Normalised(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406])[:, None, None])
        self.register_buffer("std", torch.tensor([0.229, 0.224, 0.225])[:, None, None])

    def forward(self, x):
        return self.net((x - self.mean) / self.std)


def build_pretrained(strategy="last_layer", k=0, num_classes=10):
    net = models.shufflenet_v2_x0_5(weights="IMAGENET1K_V1")
    net.fc = nn.Linear(net.fc.in_features, num_classes)
    blocks = [net.conv1, net.stage2, net.stage3, net.stage4, net.conv5]
    frozen = {"last_layer": 5, "upto_k": k, "all": 0}[strategy]
    for block in blocks[:frozen]:
        block.requires_grad_(False)
    return Normalised(net)


def finetune(model, train_loader, val_loader, epochs, lr, device):
    learning = filter(lambda p: p.requires_grad, model.to(device).parameters())
    return model, _epochs(model, train_loader, val_loader, epochs, optim.Adam(learning, lr), device)
