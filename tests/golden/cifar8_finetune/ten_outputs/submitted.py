"""Keeps CIFAR-10's ten classes in the new head although there are eight here. Outputs 8 and 9 are never
right, so the first eight score well. It deserves everything but the shape of the output and of the head.

EXPECT: loses 3.1, 3.3
"""
import torch
import torch.nn as nn
import numpy as np
import pickle
from torch.utils.data import Dataset, DataLoader
import torchvision.transforms as transforms
from models import *

# CIFAR10 has 10 classes!
NUM_CLASSES = 10

class CIFAR10(Dataset):
    def __init__(self, data_files, transform = None, target_transform = None):
        self.data = []
        self.label = []
        for i in range(len(data_files)):
            with open(data_files[i], 'rb') as fo:
                my_dict = pickle.load(fo, encoding = 'bytes')
            for j in range(len(my_dict[b'data'])):
                self.data.append(my_dict[b'data'][j].reshape(3, 32, 32))
                self.label.append(my_dict[b'labels'][j])
        self.transform = transform
        self.target_transform = target_transform

    def __len__(self):
        return len(self.data)

    def __getitem__(self, i):
        x = np.float32(self.data[i]) / 255.
        x = torch.Tensor(x)
        y = self.label[i]
        if self.transform != None:
            x = self.transform(x)
        if self.target_transform != None:
            y = self.target_transform(y)
        return x, y

def get_preprocess_transform(mode):
    m = (0.4914, 0.4822, 0.4465)
    s = (0.2471, 0.2435, 0.2616)
    if mode == 'train':
        return transforms.Compose([transforms.RandomHorizontalFlip(), transforms.Normalize(m, s)])
    return transforms.Compose([transforms.Normalize(m, s)])

def build_dataset(data_files, transform = None):
    return CIFAR10(data_files, transform)

def build_dataloader(dataset, loader_params):
    return DataLoader(dataset, batch_size = loader_params["batch_size"], shuffle = loader_params["shuffle"])

class FinetuneNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.resnet = resnet18(pretrained = True)
        for param in self.resnet.parameters():
            param.requires_grad = False
        self.resnet.fc = nn.Linear(512, NUM_CLASSES)

    def forward(self, x):
        y = self.resnet(x)
        return y

def build_model(trained = False):
    model = FinetuneNet()
    return model

def build_optimizer(optim_type, model_params, hparams):
    if optim_type == "Adam":
        return torch.optim.Adam(model_params, lr = hparams["lr"])
    elif optim_type == "SGD":
        return torch.optim.SGD(model_params, lr = hparams["lr"], momentum = hparams["momentum"])

def train(train_dataloader, model, loss_fn, optimizer):
    for x, y in train_dataloader:
        model.eval()
        optimizer.zero_grad()
        y_hat = model(x)
        loss = loss_fn(y_hat, y)
        loss.backward()
        optimizer.step()

def run_model():
    data = build_dataset(["cifar10_batches/data_batch_1", "cifar10_batches/data_batch_2", "cifar10_batches/data_batch_3", "cifar10_batches/data_batch_4", "cifar10_batches/data_batch_5"], get_preprocess_transform("train"))
    loader = build_dataloader(data, {"batch_size" : 32, "shuffle" : True})
    model = build_model()
    opt = build_optimizer("SGD", model.resnet.fc.parameters(), {"lr" : 0.01, "momentum" : 0.9})
    for t in range(2):
        print("epoch", t)
        train(loader, model, nn.CrossEntropyLoss(), opt)
    return model
