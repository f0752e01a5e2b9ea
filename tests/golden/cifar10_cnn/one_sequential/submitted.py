"""Right, in an odd shape: a function called CNN that returns one nn.Sequential with names of its own and a lazy layer,
functional activations, a list in place of a loader, six lists of results, counts by NumPy, rounded losses, pictures
by hand instead of torchvision's transforms, extra parameters, and run_model returns a pair.

EXPECT: loses nothing
"""
import collections

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torchvision.datasets import CIFAR10

train_loss, train_acc, val_loss, val_acc, lrs, times = [], [], [], [], [], []


class Act(nn.Module):
    def forward(self, x):
        return F.relu(x)


class Rescale:
    def __call__(self, img):
        a = np.array(img, dtype=np.float32)
        return torch.tensor(a).permute(2, 0, 1).contiguous().div(127.5).sub(1)


def get_transform(verbose=False):
    return Rescale()


def build_loaders(trainset, testset, batch_size=25, workers=0, seed=None):
    g = torch.Generator()
    g.manual_seed(1234)
    sampler = torch.utils.data.RandomSampler(trainset, generator=g)
    a = torch.utils.data.DataLoader(trainset, batch_size, sampler=sampler, num_workers=workers)
    b = torch.utils.data.DataLoader(testset, batch_size, num_workers=workers)
    return [a, list(b)]


def class_counts(dataset):
    values, n = np.unique(np.array(dataset.targets), return_counts=True)
    counts = collections.defaultdict(int)
    for v, k in zip(values, n):
        counts[v] = k
    return counts


def unnormalize(image, mean=0.5, std=0.5):
    return image.clone().mul_(std).add_(mean).clamp_(0, 1)


def CNN(num_classes, p=0.2):
    net = nn.Sequential()
    for n, (i, o) in enumerate([(3, 64), (64, 32)]):
        net.add_module(f"c{n}", nn.Conv2d(i, o, 5))
        net.add_module(f"n{n}", nn.BatchNorm2d(o))
        net.add_module(f"p{n}", nn.MaxPool2d(2))  # before the activation: the same, and cheaper
        net.add_module(f"a{n}", Act())
    net.add_module("flat", nn.Flatten())
    net.add_module("l0", nn.LazyLinear(64))
    net.add_module("d0", nn.Dropout(p))
    net.add_module("r0", Act())
    net.add_module("l1", nn.Linear(64, 32))
    net.add_module("r1", Act())
    net.add_module("d1", nn.Dropout(p))
    net.add_module("l2", nn.Linear(32, num_classes))
    return net


def train_model(model, train, criterion, optimizer, epochs, device, clip=5.0):
    history = np.zeros(epochs)
    for e in range(epochs):
        model.train()
        per_image = []
        for X, y in train:
            optimizer.zero_grad(set_to_none=True)
            l = criterion(model(X), y)
            l.backward()
            nn.utils.clip_grad_norm_(model.parameters(), clip)
            optimizer.step()
            per_image.extend([l.detach().item()] * len(y))
        history[e] = round(float(np.mean(per_image)), 3)
        train_loss.append(history[e])
    return history


def test_model(model, test, device="cpu"):
    was = model.training
    model.train(False)
    hits = []
    with torch.inference_mode():
        for X, y in test:
            hits.append(model(X).argmax(-1).eq(y))
    model.train(was)
    return torch.cat(hits).float().mean() * 100


def first_layer_weights(model):
    return np.array(next(iter(model.parameters())).tolist(), dtype=np.float32)


def run_model(epochs=2):
    torch.manual_seed(0)
    t = get_transform()
    tr, te = build_loaders(CIFAR10("data", True, t), CIFAR10("data", False, t), 10)
    net = CNN(10)
    net(torch.zeros(1, 3, 32, 32).repeat(2, 1, 1, 1))
    opt = torch.optim.Adam(net.parameters(), 1e-3)
    hist = train_model(net, tr, nn.CrossEntropyLoss(), opt, epochs, "cpu")
    print("test accuracy", test_model(net, te))
    torch.save({"epoch": epochs, "model_state_dict": net.state_dict(), "optimizer": opt.state_dict()}, "checkpoint.pt")
    return net, hist
