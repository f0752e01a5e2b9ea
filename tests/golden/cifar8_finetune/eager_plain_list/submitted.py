"""Builds the data set as a plain list of pairs, with no class of its own worth the name. The transform is
called while the list is built, so nothing random changes between epochs; everything else is right, so it
deserves all points but those for transforming at each fetch.

EXPECT: loses 1.4
"""
import pickle
import torch
import torch.nn as nn
import torch.optim as optim
import torchvision.transforms as transforms
from torch.utils.data import DataLoader
from models import resnet18


def unpickle(file):
    with open(file, 'rb') as fo:
        d = pickle.load(fo, encoding='bytes')
    return d


def get_preprocess_transform(mode):
    mean, std = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)
    t = [transforms.Normalize(mean, std)]
    if mode == 'train':
        t = [transforms.RandomHorizontalFlip(p=0.5)] + t
    return transforms.Compose(t)


def build_dataset(data_files, transform=None):
    dataset = []
    for f in data_files:
        d = unpickle(f)
        for row, label in zip(d[b'data'], d[b'labels']):
            img = torch.tensor(row, dtype=torch.float32).view(3, 32, 32) / 255.
            if transform is not None:
                img = transform(img)
            dataset.append((img, label))
    return dataset


def CIFAR10(data_files, transform=None, target_transform=None):
    # a class is not needed, a list works too
    return build_dataset(data_files, transform)


def build_dataloader(dataset, loader_params):
    return DataLoader(dataset, batch_size=loader_params['batch_size'], shuffle=loader_params['shuffle'])


class FinetuneNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = resnet18(pretrained=True)
        for p in self.model.parameters():
            p.requires_grad = False
        self.model.fc = nn.Linear(512, 8)

    def forward(self, x):
        return self.model(x)


def build_model(trained=False):
    return FinetuneNet()


def build_optimizer(optim_type, model_params, hparams):
    if optim_type == 'Adam':
        return optim.Adam(model_params, lr=hparams['lr'])
    else:
        return optim.SGD(model_params, lr=hparams['lr'], momentum=hparams['momentum'])


def train(train_dataloader, model, loss_fn, optimizer):
    for X, y in train_dataloader:
        optimizer.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()


def test(test_dataloader, model):
    pass


def run_model():
    files = ['cifar10_batches/data_batch_%d' % i for i in range(1, 6)]
    ds = build_dataset(files, get_preprocess_transform('train'))
    dl = build_dataloader(ds, {'batch_size': 32, 'shuffle': True})
    model = build_model()
    model.eval()  # otherwise batchnorm changes
    opt = build_optimizer('Adam', model.model.fc.parameters(), {'lr': 1e-3})
    for ep in range(2):
        train(dl, model, nn.CrossEntropyLoss(), opt)
        print('epoch', ep, 'done')
    return model
