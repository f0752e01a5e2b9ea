"""Notices that a frozen backbone gives the same features in each epoch: `run_model` computes them once, trains
the head alone on them for thirty cheap passes with its own `train`, and puts the two together. Unusual,
faster than the model solution, and right: full marks.

EXPECT: loses nothing
"""

import pickle
from collections import OrderedDict

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, TensorDataset
from torchvision.transforms import Normalize

from models import resnet18


class CIFAR10(Dataset):
    def __init__(self, data_files, transform=None, target_transform=None):
        self.transform, self.target_transform = transform, target_transform
        self.samples = []
        for path in data_files:
            with open(path, "rb") as f:
                batch = pickle.load(f, encoding="bytes")
            self.samples.extend(zip(batch[b"data"], batch[b"labels"], strict=True))

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, index):
        pixels, label = self.samples[index]
        image = torch.from_numpy(pixels).reshape(3, 32, 32).float() / 255
        image = image if self.transform is None else self.transform(image)
        return image, label if self.target_transform is None else self.target_transform(label)


def get_preprocess_transform(mode):
    # No augmentation: the features must not change from epoch to epoch.
    return Normalize((0.4914, 0.4822, 0.4465), (0.2471, 0.2435, 0.2616))


def build_dataset(data_files, transform=None):
    return CIFAR10(data_files, transform)


def build_dataloader(dataset, loader_params):
    return DataLoader(dataset, **loader_params)


class FinetuneNet(nn.Module):
    def __init__(self):
        super().__init__()
        body = resnet18(pretrained=True)
        children = [(name, child) for name, child in body.named_children() if name != "fc"]
        self.stages = nn.Sequential(OrderedDict([*children, ("flatten", nn.Flatten())]))
        for parameter in self.stages.parameters():
            parameter.requires_grad = False
        self.linear = nn.Linear(512, 8)

    def features(self, images):
        self.stages.eval()
        with torch.no_grad():
            return self.stages(images)

    def forward(self, images):
        return self.linear(self.features(images))


def build_model(trained=False):
    return FinetuneNet()


def build_optimizer(optim_type, model_params, hparams):
    constructor = getattr(torch.optim, optim_type)
    wanted = ("lr", "momentum") if optim_type == "SGD" else ("lr",)
    return constructor(model_params, **{key: hparams[key] for key in wanted})


def train(train_dataloader, model, loss_fn, optimizer):
    model.train()
    for inputs, labels in train_dataloader:
        optimizer.zero_grad()
        loss_fn(model(inputs), labels).backward()
        optimizer.step()


def run_model():
    files = [f"cifar10_batches/data_batch_{n}" for n in range(1, 6)]
    pictures = build_dataloader(
        build_dataset(files, get_preprocess_transform("train")), {"batch_size": 100, "shuffle": False}
    )
    model = build_model()
    seen = [(model.features(images), labels) for images, labels in pictures]
    table = TensorDataset(torch.cat([f for f, _ in seen]), torch.cat([y for _, y in seen]))
    print("features:", table.tensors[0].shape)
    loader = build_dataloader(table, {"batch_size": 64, "shuffle": True})
    optimizer = build_optimizer("SGD", model.linear.parameters(), {"lr": 0.005, "momentum": 0.9})
    for _ in range(30):
        train(loader, model.linear, nn.CrossEntropyLoss(), optimizer)
    return model.eval()
