"""`run_model` trains on data_batch_1 alone, "to save time", and makes up for it with more epochs. The
hand-out does not forbid it and the held-out accuracy decides; the parts all take whatever files they are
given. Full marks.

EXPECT: loses nothing
"""

import pickle

import numpy as np
import torch
from models import resnet18
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms import Compose, Lambda, Normalize

scale = Lambda(lambda img: torch.from_numpy(img).permute(2, 0, 1).contiguous().float() / 255)


class CIFAR10(Dataset):
    def __init__(self, data_files, transform=None, target_transform=None):
        self.transform, self.target_transform = transform, target_transform
        self.images, self.labels = np.empty((0, 32, 32, 3), np.uint8), np.empty(0, int)
        for f in data_files:
            self.append_file(f)

    def append_file(self, f):
        with open(f, "rb") as fp:
            content = pickle.load(fp, encoding="bytes")
        # order="F" fills columns first: (column, row, colour), swapped right after
        pics = [np.reshape(r, (32, 32, 3), order="F").swapaxes(0, 1) for r in content[b"data"]]
        self.images = np.append(self.images, pics, axis=0)
        self.labels = np.append(self.labels, content[b"labels"])

    def __len__(self):
        return len(self.images)

    def __getitem__(self, k):
        image, label = self.images[k], int(self.labels[k])
        return (self.transform(image) if self.transform else image), label


def get_preprocess_transform(mode):
    return Compose([scale, Normalize((0.4914, 0.4822, 0.4465), (0.2471, 0.2435, 0.2616))])


def build_dataset(data_files, transform=None):
    return CIFAR10(data_files, transform)


def build_dataloader(dataset, loader_params):
    return DataLoader(dataset, **loader_params)


class FinetuneNet(nn.Module):
    def __init__(self, backbone=None, n_out=8):
        super().__init__()
        self.backbone = backbone if backbone is not None else resnet18(True)
        self.backbone.fc = nn.Sequential()
        for p in self.backbone.parameters():
            p.requires_grad = False
        self.out = nn.Linear(512, n_out)

    def forward(self, x):
        self.backbone.eval()
        with torch.no_grad():
            f = self.backbone(x)
        return self.out(f)


def build_model(trained=False):
    return FinetuneNet()


def build_optimizer(optim_type, model_params, hparams):
    cls = torch.optim.Adam if optim_type == "Adam" else torch.optim.SGD
    return cls(model_params, **hparams)


def train(train_dataloader, model, loss_fn, optimizer):
    for image, label in train_dataloader:
        optimizer.zero_grad()
        loss = loss_fn(model(image), label)
        loss.backward()
        optimizer.step()
    return loss


def run_model():
    # one file is enough, I get the same test accuracy and it is 5x faster
    dataset = build_dataset(["cifar10_batches/data_batch_1"], get_preprocess_transform("train"))
    dataloader = build_dataloader(dataset, {"batch_size": 32, "shuffle": True})
    model = build_model()
    optimizer = build_optimizer("SGD", model.out.parameters(), {"lr": 0.01, "momentum": 0.9})
    for i in range(5):
        print(i, train(dataloader, model, nn.CrossEntropyLoss(), optimizer).item())
    return model
