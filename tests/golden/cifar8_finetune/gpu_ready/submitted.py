"""Written for a laptop with a GPU: a global `device`, `.to(device)` everywhere, autocast and a gradient scaler
that are switched off on a CPU. On a machine without a GPU it is a right program: full marks.

EXPECT: loses nothing
"""
import pickle

import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from models import resnet18

device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
print("Using", device)
torch.backends.cudnn.benchmark = True


class CIFAR10(Dataset):
    def __init__(self, data_files, transform=None, target_transform=None):
        x, y = [], []
        for fn in data_files:
            with open(fn, "rb") as f:
                b = pickle.load(f, encoding="bytes")
            x += b[b"data"]
            y += b[b"labels"]
        self.x = torch.from_numpy(np.stack(x)).reshape(-1, 3, 32, 32)
        self.y = torch.as_tensor(y, dtype=torch.long)
        self.transform, self.target_transform = transform, target_transform

    def __len__(self):
        return self.y.numel()

    def __getitem__(self, idx):
        xi, yi = self.x[idx], self.y[idx]
        if self.transform:
            xi = self.transform(xi)
        if self.target_transform:
            yi = self.target_transform(yi)
        return xi, yi


def get_preprocess_transform(mode):
    tail = [transforms.ConvertImageDtype(torch.float32),
            transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616))]
    return transforms.Compose(([transforms.RandomHorizontalFlip()] if mode == "train" else []) + tail)


def build_dataset(data_files, transform=None):
    return CIFAR10(data_files, transform)


def build_dataloader(dataset, loader_params):
    return DataLoader(dataset, pin_memory=device.type == "cuda", **loader_params)


class FinetuneNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = resnet18(pretrained=True, device=device)
        self.encoder.fc = nn.Identity()
        for p in self.encoder.parameters():
            p.requires_grad = False
        self.decoder = nn.Linear(512, 8).to(device)

    def forward(self, x):
        with torch.no_grad():
            self.encoder.eval()
            emb = self.encoder(x.to(device))
        return self.decoder(emb)


def build_model(trained=False):
    model = FinetuneNet().to(device)
    if torch.cuda.device_count() > 1:
        model = nn.DataParallel(model)
    return model


def build_optimizer(optim_type, model_params, hparams):
    return {"Adam": torch.optim.Adam, "SGD": torch.optim.SGD}[optim_type](model_params, **hparams)


def train(train_dataloader, model, loss_fn, optimizer):
    model.to(device)
    model.train()
    scaler = torch.amp.GradScaler("cuda", enabled=device.type == "cuda")
    for x, y in train_dataloader:
        x, y = x.to(device, non_blocking=True), y.to(device, non_blocking=True)
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast(device.type, enabled=device.type == "cuda"):
            loss = loss_fn(model(x), y)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
    return loss.item()


def run_model():
    model = build_model()
    loader = build_dataloader(
        build_dataset([f"cifar10_batches/data_batch_{i}" for i in range(1, 6)], get_preprocess_transform("train")),
        {"batch_size": 128, "shuffle": True})
    optimizer = build_optimizer("SGD", model.decoder.parameters(), {"lr": 0.02, "momentum": 0.9})
    for epoch in range(2):
        print(epoch, train(loader, model, nn.CrossEntropyLoss().to(device), optimizer))
    return model.cpu()
