"""Freezes the network, then unfreezes its last stage "because fine-tuning works better that way". Whether
or not it does, the hand-out asks for something else: it deserves to lose the freezing and the weights that
should have stayed, and to keep the head, the checkpoint and the accuracy.

EXPECT: loses 3.2, 5.2
"""
import pickle

import numpy as np
import torch
import torchvision.transforms as tt
from torch import nn
from torch.utils.data import DataLoader, Dataset

from models import resnet18


def rows_to_images(rows):
    return np.array(rows).reshape(len(rows), 3, 32, 32).astype("float32") / 255


class CIFAR10(Dataset):
    def __init__(self, data_files, transform=None, target_transform=None):
        self.transform = transform
        self.target_transform = target_transform
        self.images = []
        self.labels = []
        for data_file in data_files:
            with open(data_file, "rb") as file:
                batch = pickle.load(file, encoding="bytes")
            self.images.append(rows_to_images(batch[b"data"]))
            self.labels.append(batch[b"labels"])
        self.images = np.concatenate(self.images)
        self.labels = np.concatenate(self.labels).tolist()

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        sample = torch.tensor(self.images[index])
        if self.transform is not None:
            sample = self.transform(sample)
        target = self.labels[index]
        if self.target_transform is not None:
            target = self.target_transform(target)
        return sample, target


def get_preprocess_transform(mode):
    normalise = tt.Normalize(mean=[0.4914, 0.4822, 0.4465], std=[0.2471, 0.2435, 0.2616])
    if mode == "train":
        return tt.Compose([tt.RandomHorizontalFlip(), normalise])
    else:
        return tt.Compose([normalise])


def build_dataset(data_files, transform=None):
    return CIFAR10(data_files, transform)


def build_dataloader(dataset, loader_params):
    return DataLoader(dataset, **loader_params)


class FinetuneNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.resnet = resnet18(pretrained=True)
        for p in self.resnet.parameters():
            p.requires_grad = False
        self.resnet.fc = nn.Linear(512, 8)

        # unfreeze layer4 too, gives me +1 %
        for name, p in self.resnet.named_parameters():
            if "layer4" in name:
                p.requires_grad = True

    def forward(self, x):
        return self.resnet(x)


def build_model(trained=False):
    return FinetuneNet()


def build_optimizer(optim_type, model_params, hparams):
    if optim_type == "Adam":
        return torch.optim.Adam(model_params, lr=hparams["lr"])
    elif optim_type == "SGD":
        return torch.optim.SGD(model_params, lr=hparams["lr"], momentum=hparams["momentum"])
    raise ValueError("no such optimizer: " + optim_type)


def train(train_dataloader, model, loss_fn, optimizer):
    total = 0
    for images, labels in train_dataloader:
        predictions = model(images)
        loss = loss_fn(predictions, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    print("mean loss:", total / len(train_dataloader))


def run_model():
    dataset = build_dataset(["cifar10_batches/data_batch_1", "cifar10_batches/data_batch_2",
                             "cifar10_batches/data_batch_3", "cifar10_batches/data_batch_4",
                             "cifar10_batches/data_batch_5"], get_preprocess_transform("train"))
    loader = build_dataloader(dataset, {"batch_size": 64, "shuffle": True})
    model = build_model()
    model.eval()
    optimizer = build_optimizer("SGD", [p for p in model.parameters() if p.requires_grad], {"lr": 0.003, "momentum": 0.9})
    for i in range(2):
        train(loader, model, nn.CrossEntropyLoss(), optimizer)
    return model
