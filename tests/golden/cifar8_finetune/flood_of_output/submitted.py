"""Prints in `__getitem__`, for every batch, and a debugging flood of 40,000 lines before training. Nothing of
it is wrong, and a harness has to bear it: full marks, and a remark at most.

EXPECT: loses nothing
"""
import pickle
import sys
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset
import torchvision.transforms as transforms
from models import resnet18

DEBUG = True


class CIFAR10(Dataset):
    def __init__(self, data_files, transform=None, target_transform=None):
        print("loading", data_files)
        self.samples = []
        for file in data_files:
            with open(file, 'rb') as f:
                batch = pickle.load(f, encoding='bytes')
            print(batch.keys())
            for i in range(len(batch[b'labels'])):
                self.samples.append((batch[b'data'][i], batch[b'labels'][i]))
        print("loaded", len(self.samples), "samples")
        self.transform = transform
        self.target_transform = target_transform

    def __len__(self):
        print("len called")
        return len(self.samples)

    def __getitem__(self, idx):
        if DEBUG: print("getitem", idx)
        arr, label = self.samples[idx]
        image = torch.from_numpy(arr.astype(np.float32)).reshape(3, 32, 32) / 255
        if DEBUG: print("shape", image.shape, "label", label, file=sys.stderr)
        if self.transform:
            image = self.transform(image)
        if self.target_transform:
            label = self.target_transform(label)
        return image, label


def get_preprocess_transform(mode):
    print("mode is", mode)
    return transforms.Compose([transforms.Normalize((0.4914, 0.4822, 0.4465), (0.247, 0.243, 0.261))])


def build_dataset(data_files, transform=None):
    return CIFAR10(data_files, transform)


def build_dataloader(dataset, loader_params):
    print("loader_params =", loader_params)
    return DataLoader(dataset, **loader_params)


class FinetuneNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.base = resnet18(pretrained=True)
        for i, p in enumerate(self.base.parameters()):
            p.requires_grad = False
            print("froze parameter", i, p.shape)
        self.base.fc = nn.Linear(512, 8)
        print(self)

    def forward(self, x):
        return self.base(x)


def build_model(trained=False):
    return FinetuneNet()


def build_optimizer(optim_type, model_params, hparams):
    print("building", optim_type, hparams)
    if optim_type == "Adam":
        return torch.optim.Adam(model_params, lr=hparams["lr"])
    if optim_type == "SGD":
        return torch.optim.SGD(model_params, lr=hparams["lr"], momentum=hparams["momentum"])


def train(train_dataloader, model, loss_fn, optimizer):
    for i, (x, y) in enumerate(train_dataloader):
        optimizer.zero_grad()
        out = model(x)
        loss = loss_fn(out, y)
        loss.backward()
        optimizer.step()
        print("batch", i, "loss", loss.item(), "predicted", out.argmax(1).tolist(), "wanted", y.tolist())


def run_model():
    for i in range(40000):
        print("checking the terminal, line", i)
    model = build_model()
    model.eval()
    loader = build_dataloader(build_dataset(["cifar10_batches/data_batch_1", "cifar10_batches/data_batch_2",
        "cifar10_batches/data_batch_3", "cifar10_batches/data_batch_4", "cifar10_batches/data_batch_5"],
        get_preprocess_transform("train")), {"batch_size": 64, "shuffle": True})
    opt = build_optimizer("SGD", model.base.fc.parameters(), {"lr": 0.01, "momentum": 0.9})
    for epoch in range(2):
        train(loader, model, nn.CrossEntropyLoss(), opt)
        print("=" * 70)
    return model
