"""Globs everything in cifar10_batches, which takes test_batch along as training data (and has to skip
batches.meta, where it is there). All parts are right; the leak is reported and the accuracy points are
withheld.

EXPECT: loses 6.1, 6.2
"""
import glob
import pickle

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset
import torchvision.transforms as transforms
from models import resnet18


class CIFAR10(Dataset):
    def __init__(self, data_files, transform=None, target_transform=None):
        self.data, self.labels = [], []
        for p in data_files:
            with open(p, "rb") as f:
                contents = pickle.load(f, encoding="bytes")
            self.data += contents[b"data"]
            self.labels += contents[b"labels"]
        self.transform = transform
        self.target_transform = target_transform

    def __len__(self):
        return len(self.data)

    def __getitem__(self, idx):
        image = torch.from_numpy(self.data[idx]).reshape(3, 32, 32).float().mul_(1 / 255)
        if self.transform is not None:
            image = self.transform(image)
        label = self.labels[idx] if self.target_transform is None else self.target_transform(self.labels[idx])
        return image, label


def get_preprocess_transform(mode):
    norm = transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2471, 0.2435, 0.2616))
    return transforms.Compose([transforms.RandomHorizontalFlip(), norm]) if mode == "train" else norm


def build_dataset(data_files, transform=None):
    return CIFAR10(data_files, transform)


def build_dataloader(dataset, loader_params):
    return DataLoader(dataset, **loader_params)


class FinetuneNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = resnet18(pretrained=True)
        self.body.requires_grad_(False)
        self.body.fc = nn.Linear(512, 8)

    def forward(self, x):
        return self.body(x)


def build_model(trained=False):
    return FinetuneNet()


def build_optimizer(optim_type, model_params, hparams):
    if optim_type == "Adam":
        return torch.optim.Adam(model_params, lr=hparams["lr"])
    return torch.optim.SGD(model_params, lr=hparams["lr"], momentum=hparams["momentum"])


def train(train_dataloader, model, loss_fn, optimizer):
    for x, y in train_dataloader:
        optimizer.zero_grad()
        loss_fn(model(x), y).backward()
        optimizer.step()


def run_model():
    files = [p for p in glob.glob("cifar10_batches/*") if not p.endswith(".meta")]  # the more data the better
    print("training on", len(files), "files")
    model = build_model().eval()
    loader = build_dataloader(build_dataset(files, get_preprocess_transform("train")), {"batch_size": 64, "shuffle": True})
    optimizer = build_optimizer("SGD", model.body.fc.parameters(), {"lr": 0.01, "momentum": 0.9})
    for _ in range(2):
        train(loader, model, nn.CrossEntropyLoss(), optimizer)
    return model
