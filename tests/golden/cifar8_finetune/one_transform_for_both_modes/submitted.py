"""`get_preprocess_transform` takes `mode` and ignores it: one deterministic pipeline serves both. Nothing asks
for augmentation, so both modes scale alike and "test" has nothing random. The data set keeps float arrays
from one big reshape, written in the style of a MATLAB user. Full marks.

EXPECT: loses nothing
"""
from pickle import load
from numpy import array, float32, hstack, reshape, vstack, zeros
from torch import tensor
import torch
import torch.nn as nn
from torch.utils.data import Dataset, DataLoader
from models import resnet18

MU    = tensor([0.4914, 0.4822, 0.4465]).reshape(3, 1, 1)
SIGMA = tensor([0.2471, 0.2435, 0.2616]).reshape(3, 1, 1)


class CIFAR10(Dataset):

    def __init__(self, data_files, transform=None, target_transform=None):
        nFiles = len(data_files)
        X = [None] * nFiles
        Y = [None] * nFiles
        for k in range(0, nFiles):
            fid = open(data_files[k], 'rb')
            S = load(fid, encoding='bytes')
            fid.close()
            X[k] = array(S[b'data'], dtype=float32)
            Y[k] = array(S[b'labels'])
        X = vstack(X) / 255
        Y = hstack(Y)
        N = X.shape[0]
        I = zeros((N, 3, 32, 32), dtype=float32)
        I[:, 0, :, :] = reshape(X[:, 0:1024], (N, 32, 32))
        I[:, 1, :, :] = reshape(X[:, 1024:2048], (N, 32, 32))
        I[:, 2, :, :] = reshape(X[:, 2048:3072], (N, 32, 32))
        self.I = tensor(I)
        self.Y = tensor(Y)
        self.N = N
        self.transform = transform
        self.target_transform = target_transform

    def __len__(self):
        return self.N

    def __getitem__(self, n):
        im = self.I[n, :, :, :]
        y = self.Y[n]
        if self.transform is not None:
            im = self.transform(im)
        if self.target_transform is not None:
            y = self.target_transform(y)
        return im, y


def get_preprocess_transform(mode):
    def standardize(im):
        return (im - MU) / SIGMA
    return standardize


def build_dataset(data_files, transform=None):
    return CIFAR10(data_files, transform)


def build_dataloader(dataset, loader_params):
    return DataLoader(dataset, **loader_params)


class FinetuneNet(nn.Module):

    def __init__(self):
        super(FinetuneNet, self).__init__()
        self.R = resnet18(pretrained=True)
        for P in self.R.parameters():
            P.requires_grad = False
        self.R.fc = nn.Linear(512, 8)

    def forward(self, X):
        return self.R.forward(X)


def build_model(trained=False):
    M = FinetuneNet()
    return M


def build_optimizer(optim_type, model_params, hparams):
    if (optim_type == 'Adam'):
        return torch.optim.Adam(model_params, hparams['lr'])
    elif (optim_type == 'SGD'):
        return torch.optim.SGD(model_params, hparams['lr'], hparams['momentum'])


def train(train_dataloader, model, loss_fn, optimizer):
    for (X, Y) in train_dataloader:
        optimizer.zero_grad()
        L = loss_fn(model(X), Y)
        L.backward()
        optimizer.step()


def run_model():
    D = build_dataset(['cifar10_batches/data_batch_%d' % k for k in range(1, 6)], get_preprocess_transform('train'))
    DL = build_dataloader(D, {'batch_size': 100, 'shuffle': True})
    M = build_model()
    M.eval()
    opt = build_optimizer('SGD', M.R.fc.parameters(), {'lr': 0.02, 'momentum': 0.9})
    for k in range(0, 2):
        train(DL, M, nn.CrossEntropyLoss(), opt)
    return M
