"""Keeps the ResNet's own `fc` registered, trainable and unused, beside the new head: `forward` goes round it.
Looking at `requires_grad` alone one sees two heads; following what `forward` uses one sees one. It deserves
full marks.

EXPECT: loses nothing
"""
import pickle
import numpy as np
import torch
import torch.nn as nn
import torchvision.transforms as T
from torch.utils.data import Dataset, DataLoader
import models


def unpack(batch_file):
    with open(batch_file, "rb") as fd:
        raw = pickle.load(fd, encoding="bytes")
    for flat, lab in zip(raw[b"data"], raw[b"labels"]):
        yield np.asarray(flat).reshape(3, 32, 32), lab


class CIFAR10(Dataset):
    def __init__(self, data_files, transform=None, target_transform=None):
        self.pairs = [pair for f in data_files for pair in unpack(f)]
        self.transform = transform
        self.target_transform = target_transform

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, item):
        img, lab = self.pairs[item]
        img = torch.from_numpy(img.copy())
        if self.transform is not None:
            img = self.transform(img)
        if self.target_transform is not None:
            lab = self.target_transform(lab)
        return img, lab


class ToFloat(object):
    def __call__(self, t):
        return t.float() / 255.0


def get_preprocess_transform(mode):
    steps = [ToFloat()]
    if mode == "train":
        steps.append(T.RandomHorizontalFlip())
    steps.append(T.Normalize((0.4914, 0.4822, 0.4465), (0.2471, 0.2435, 0.2616)))
    return T.Compose(steps)


def build_dataset(data_files, transform=None):
    return CIFAR10(data_files, transform=transform)


def build_dataloader(dataset, loader_params):
    return DataLoader(dataset, **loader_params)


class FinetuneNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.rn = models.resnet18(pretrained=True)
        for name, p in self.rn.named_parameters():
            if not name.startswith("fc"):
                p.requires_grad = False
        self.eight = nn.Linear(512, 8)

    def forward(self, x):
        r = self.rn
        x = r.maxpool(r.relu(r.bn1(r.conv1(x))))
        x = r.layer4(r.layer3(r.layer2(r.layer1(x))))
        x = torch.flatten(r.avgpool(x), 1)
        # r.fc(x) would be 10 classes
        return self.eight(x)


def build_model(trained=False):
    return FinetuneNet()


def build_optimizer(optim_type, model_params, hparams):
    lr = hparams["lr"]
    if optim_type == "Adam":
        return torch.optim.Adam(model_params, lr)
    momentum = hparams["momentum"]
    return torch.optim.SGD(model_params, lr, momentum)


def train(train_dataloader, model, loss_fn, optimizer):
    for i, batch in enumerate(train_dataloader, 1):
        loss = loss_fn(model(batch[0]), batch[1])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if not i % 25:
            print(i, loss.item())


def run_model():
    trainset = build_dataset(["cifar10_batches/data_batch_%s" % i for i in "12345"], get_preprocess_transform("train"))
    trainloader = build_dataloader(trainset, {"batch_size": 32, "shuffle": True})
    net = build_model()
    net.rn.eval()
    optimizer = build_optimizer("SGD", filter(lambda p: p.requires_grad, net.parameters()), {"lr": 0.005, "momentum": 0.9})
    for epoch in range(2):
        train(trainloader, net, nn.CrossEntropyLoss(), optimizer)
    return net
