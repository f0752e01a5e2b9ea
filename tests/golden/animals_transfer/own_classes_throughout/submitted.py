"""Everything in classes of its own: a data set, a wrapped ResNet, a trainer with early bookkeeping, a scheduler made of
milestones, a matrix as a list, accuracy in percent, one history for a plot. Right; no checkpoints here.

EXPECT: loses 2.3e
"""
import copy
import glob
import os
import random
import time

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms
from torchvision.models import resnet18

CLASSES = ["cats", "dogs", "panda"]
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)


class ToNetwork:
    """PIL picture to normalised tensor, by hand"""

    def __init__(self, flip):
        self.flip = flip

    def __call__(self, img):
        img = img.convert("RGB").resize((224, 224), Image.BILINEAR)
        x = torch.from_numpy(np.array(img)).permute(2, 0, 1) / 255.0
        if self.flip and random.random() < 0.5:
            x = torch.flip(x, dims=[2])
        return (x - MEAN) / STD


data_transforms = {"train": ToNetwork(flip=True), "val": ToNetwork(flip=False)}


class Animals(Dataset):
    def __init__(self, root, transform):
        self.classes = sorted(d for d in os.listdir(root) if os.path.isdir(os.path.join(root, d)))
        self.files = []
        for i, c in enumerate(self.classes):
            self.files += [(f, i) for f in glob.glob(os.path.join(root, c, "*.jpg"))]
        self.transform = transform

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        path, label = self.files[i]
        return self.transform(Image.open(path)), label


def build_dataloaders(data_dir, batch_size=4):
    train = Animals(os.path.join(data_dir, "train"), data_transforms["train"])
    val = Animals(os.path.join(data_dir, "val"), data_transforms["val"])
    loaders = {
        "train": DataLoader(train, batch_size, shuffle=True, drop_last=True),
        "val": DataLoader(val, batch_size),
    }
    return loaders, {"train": len(train), "val": len(val)}, train.classes


def denormalize(inp):
    return (inp.cpu() * STD + MEAN).clamp(0, 1).permute(1, 2, 0)


def imshow(inp, title=None):
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots()
    ax.imshow((denormalize(inp).numpy() * 255).round().astype(np.uint8))
    ax.set_title(title or "")
    fig.savefig("picture.png")
    plt.close(fig)


class Trainer:
    def __init__(self, model, criterion, optimizer, scheduler, device):
        self.model, self.criterion, self.optimizer, self.scheduler = model.to(device), criterion, optimizer, scheduler
        self.device = device
        self.history = {k: [] for k in ["time", "lr", "train_loss", "train_acc", "val_loss", "val_acc"]}

    def run_train(self, loader):
        self.model.train()
        losses = []
        for x, y in loader:
            x, y = x.to(self.device), y.to(self.device)
            loss = self.criterion(self.model(x), y)
            loss.backward()
            self.optimizer.step()
            self.optimizer.zero_grad(set_to_none=True)
            losses.append((loss.item(), len(x)))
        return sum(l * n for l, n in losses) / sum(n for _, n in losses)

    @torch.no_grad()
    def run_eval(self, loader):
        self.model.eval()
        loss, hits, n = 0.0, 0, 0
        for x, y in loader:
            out = self.model(x.to(self.device))
            loss += F.cross_entropy(out, y, reduction="sum").item()
            hits += (out.argmax(1) == y).sum().item()
            n += y.numel()
        return loss / n, hits / n


def train_model(model, criterion, optimizer, scheduler, dataloaders, dataset_sizes, num_epochs=25, device="cpu",
                checkpoint="best.pth", verbose=True):
    trainer = Trainer(model, criterion, optimizer, scheduler, device)
    best_model, best = None, None
    h = trainer.history
    for epoch in range(1, num_epochs + 1):
        t = time.perf_counter()
        h["lr"].append(scheduler.get_last_lr())
        h["train_loss"].append(trainer.run_train(dataloaders["train"]))
        h["train_acc"].append(torch.tensor(trainer.run_eval(dataloaders["train"])[1]))  # measured after the epoch
        vl, va = trainer.run_eval(dataloaders["val"])
        h["val_loss"].append(vl)
        h["val_acc"].append(va)
        if best is None or va > best:
            best, best_model = va, copy.deepcopy(trainer.model)
        scheduler.step()
        h["time"].append(time.perf_counter() - t)
        if verbose:
            print(epoch, vl, va)
    torch.save({"epoch": num_epochs, "state_dict": best_model.state_dict()}, checkpoint)
    return best_model, h


class AnimalNet(nn.Module):
    def __init__(self, pretrained, frozen, num_classes=3):
        super().__init__()
        base = resnet18(weights="DEFAULT" if pretrained else None)
        self.features = nn.Sequential(*list(base.children())[:-1])
        if frozen:
            for p in self.features.parameters():
                p.requires_grad_(False)
        self.classifier = nn.Sequential(nn.Flatten(), nn.Dropout(0.2), nn.Linear(512, num_classes))

    def forward(self, x):
        return self.classifier(self.features(x))


def build_scratch(num_classes=3):
    return AnimalNet(False, False, num_classes)


def build_finetune(num_classes=3):
    return AnimalNet(True, False, num_classes)


def build_fixed_extractor(num_classes=3):
    return AnimalNet(True, True, num_classes)


def make_training(model):
    params = filter(lambda p: p.requires_grad, model.parameters())
    opt = torch.optim.SGD(params, 5e-3, 0.9, weight_decay=0.1, nesterov=False)
    sched = torch.optim.lr_scheduler.LambdaLR(opt, lambda e: 0.1 ** (e // 10))
    return F.cross_entropy, opt, sched


def plot_history(histories):
    import matplotlib.pyplot as plt

    for n, (name, h) in enumerate(histories.items()):
        for part in ("loss", "acc"):
            plt.figure(2 * n + (part == "acc"))
            for phase in ("train", "val"):
                plt.plot(range(len(h[f"{phase}_{part}"])), h[f"{phase}_{part}"], "-o", label=phase)
            plt.xlabel("epochs")
            plt.ylabel(part)
            plt.title(name)
            plt.legend()
            plt.savefig(f"{name}_{part}.png")


def evaluate(model, loader):
    model.eval()
    matrix = [[0] * 3 for _ in range(3)]
    for x, y in loader:
        with torch.no_grad():
            pred = F.softmax(model(x), dim=1).argmax(dim=1)
        for t, p in zip(y.tolist(), pred.tolist()):
            matrix[t][p] += 1
    right = sum(matrix[i][i] for i in range(3))
    return 100 * right / sum(map(sum, matrix)), matrix


def predict(model, path, class_names):
    model.eval()
    x = data_transforms["val"](Image.open(path))[None]
    probs = F.softmax(model(x), dim=1).squeeze()
    return str(class_names[probs.argmax().item()])


if __name__ == "__main__":
    loaders, sizes, names = build_dataloaders("animals")
    net = build_fixed_extractor()
    train_model(net, *make_training(net), loaders, sizes, 50, checkpoint="resnet_fixed_extractor.pth")
