"""Right in an odd shape: one nn.Sequential in which the last layers are convolutions over all that is left, a ReLU as
clamp, a transform that is a plain function, a history as a dict of lists, AdamW's parent by a table of classes,
and the best state kept as a copy. The bonus has no checkpoint.

EXPECT: loses 2.3
"""
import copy
from functools import partial

import torch
import torchvision
from torch import nn
from torchvision.transforms import functional as TF

OPTIMIZERS = {"SGD": partial(torch.optim.SGD, nesterov=True, momentum=0.8), "Adam": torch.optim.Adam}


class Clamp(nn.Module):
    def forward(self, x):
        return x.clamp(min=0)


def build_model(width=16, classes=10):
    net = nn.Sequential(
        nn.Conv2d(1, width, 5), nn.MaxPool2d(2), Clamp(),
        nn.Conv2d(width, 2 * width, 3), nn.ReLU(inplace=True), nn.MaxPool2d(2, 2),
        nn.Conv2d(2 * width, width, 1), nn.Dropout(0.0), nn.ReLU(),
        nn.Flatten(), nn.LazyLinear(64), nn.ReLU(), nn.Linear(64, classes), nn.LogSoftmax(dim=1),
    )
    net(torch.zeros(1, 1, 28, 28))
    return net


def get_transform(train=False):
    def convert(picture):
        return (TF.to_tensor(TF.resize(TF.to_grayscale(picture), [28, 28])) - 0.1307) / 0.3081
    return convert


def load_mnist():
    return [torchvision.datasets.MNIST("somewhere/else", train=t, download=True, transform=get_transform()) for t in (True, False)]


def build_optimizer(name, params, lr):
    return OPTIMIZERS[name](params, lr=lr)


def build_scheduler(optimizer, num_epochs):
    return torch.optim.lr_scheduler.MultiStepLR(optimizer, sorted({num_epochs // 3, 2 * num_epochs // 3}), gamma=0.1)


@torch.inference_mode()
def accuracy(model, loader, device="cpu"):
    was = model.training
    model.eval()
    right = torch.cat([model(x.to(device)).argmax(1).cpu() == y for x, y in loader])
    model.train(was)
    return right.float().mean()


def one_epoch(model, loader, optimizer):
    right = seen = 0
    for x, y in loader:
        out = model(x)
        loss = nn.functional.nll_loss(out.log_softmax(1), y)
        for p in model.parameters():
            p.grad = None
        loss.backward()
        optimizer.step()
        right += (out.argmax(1) == y).sum().item()
        seen += len(y)
    return right / seen


def train(model, trainloader, testloader, optimizer, scheduler, num_epochs, print_every=1000, model_file="model.pth", **options):
    history = {"step": [], "train_acc": [], "test_acc": [], "lr": []}
    best, state = 0, None
    for epoch in range(num_epochs):
        model.train()
        history["lr"].append(torch.tensor(optimizer.param_groups[0]["lr"]))
        history["train_acc"].append(one_epoch(model, trainloader, optimizer))
        history["test_acc"].append(accuracy(model, testloader))
        history["step"].append((epoch + 1) * len(trainloader))
        if history["test_acc"][-1] >= best:
            if history["test_acc"][-1] > best:
                state = copy.deepcopy(model.state_dict())
            best = history["test_acc"][-1]
        scheduler.step()
    torch.save(state, model_file)
    return history


def build_resnet18(pretrained=True):
    net = torchvision.models.resnet18(pretrained=pretrained)
    old = net.conv1
    net.conv1 = nn.Conv2d(1, old.out_channels, old.kernel_size, old.stride, old.padding, bias=False)
    net.fc = nn.Linear(512, 10)
    return net


class FashionTransform:
    def __init__(self, train):
        self.train = train

    def __call__(self, picture):
        x = TF.resize(TF.to_tensor(picture), [224, 224])
        if self.train and torch.rand(()) < 0.5:
            x = x.flip(-1)
        return x


def fashion_transform(train):
    return FashionTransform(train)


def load_fashion_mnist():
    return tuple(torchvision.datasets.FashionMNIST(".", t, fashion_transform(t)) for t in (True, False))
