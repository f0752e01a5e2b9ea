"""Ends the network with a softmax and feeds that to CrossEntropyLoss, which has its own. Learning is slower
and the loss never falls below 1.27, but with a larger learning rate the classes come out right. Slower is
not wrong: full marks as long as the accuracy is earned.

EXPECT: loses nothing
"""
import pickle
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import Dataset, DataLoader
from torchvision import transforms
from models import resnet18


def to_picture(vector):
    vector = np.array(vector)
    picture = np.zeros((3, 32, 32), dtype=np.float32)
    for channel in range(3):
        for row in range(32):
            start = channel * 1024 + row * 32
            picture[channel, row] = vector[start:start + 32]
    return torch.from_numpy(picture / 255)


class CIFAR10(Dataset):
    def __init__(self, data_files, transform=None, target_transform=None):
        self.pictures = []
        self.answers = []
        for data_file in data_files:
            opened = open(data_file, "rb")
            everything = pickle.load(opened, encoding="bytes")
            opened.close()
            self.pictures = self.pictures + [to_picture(v) for v in everything[b"data"]]
            self.answers = self.answers + everything[b"labels"]
        self.transform = transform
        self.target_transform = target_transform

    def __len__(self):
        return len(self.pictures)

    def __getitem__(self, number):
        picture = self.pictures[number]
        answer = self.answers[number]
        if self.transform is not None:
            picture = self.transform(picture)
        if self.target_transform is not None:
            answer = self.target_transform(answer)
        return picture, answer


def get_preprocess_transform(mode):
    if mode == "train" or mode == "test":
        return transforms.Normalize(torch.tensor([0.4914, 0.4822, 0.4465]), torch.tensor([0.2471, 0.2435, 0.2616]))
    print("mode must be train or test!!")


def build_dataset(data_files, transform=None):
    return CIFAR10(data_files, transform)


def build_dataloader(dataset, loader_params):
    return DataLoader(dataset, **loader_params)


class FinetuneNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.network = resnet18(pretrained=True)
        for weight in self.network.parameters():
            weight.requires_grad = False
        self.network.fc = nn.Linear(512, 8)

    def forward(self, x):
        x = self.network(x)
        return F.softmax(x, dim=1)  # probabilities of the 8 classes


def build_model(trained=False):
    return FinetuneNet()


def build_optimizer(optim_type, model_params, hparams):
    if optim_type == "Adam":
        return torch.optim.Adam(model_params, lr=hparams["lr"])
    if optim_type == "SGD":
        return torch.optim.SGD(model_params, lr=hparams["lr"], momentum=hparams["momentum"])


def train(train_dataloader, model, loss_fn, optimizer):
    losses = []
    for pictures, answers in train_dataloader:
        guesses = model(pictures)
        loss = loss_fn(guesses, answers)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print("average loss", np.mean(losses))


def run_model():
    model = build_model()
    model.eval()
    numbers = [1, 2, 3, 4, 5]
    dataset = build_dataset(["cifar10_batches/data_batch_" + str(n) for n in numbers], get_preprocess_transform("train"))
    dataloader = build_dataloader(dataset, {"batch_size": 16, "shuffle": True})
    optimizer = build_optimizer("Adam", model.network.fc.parameters(), {"lr": 0.003})
    for epoch in range(3):
        train(dataloader, model, nn.CrossEntropyLoss(), optimizer)
    return model
