"""`build_dataset` returns (pictures, labels), two lists in a tuple, and the author's own loader zips them. As
a data set it fails: `len` is 2 and `[0]` is the list of all pictures. Loader, network, optimizer and
training are right for any data, and `run_model` does train well. It deserves what does not need
`build_dataset`; the held-out pictures cannot be fed through it, so the accuracy is lost too.

EXPECT: loses 1.1a, 1.1b, 1.2, 1.3, 1.4, 6.1, 6.2
"""
import pickle
import torch
import torch.nn as nn
from torch.utils.data import DataLoader
import torchvision.transforms as transforms
from models import resnet18

def get_preprocess_transform(mode):
    return transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2471, 0.2435, 0.2616))

def build_dataset(data_files, transform=None):
    images = []
    labels = []
    for name in data_files:
        with open(name, 'rb') as f:
            dic = pickle.load(f, encoding='bytes')
        for x in dic[b'data']:
            x = torch.tensor(x).reshape(3, 32, 32) / 255
            if transform:
                x = transform(x)
            images.append(x)
        for y in dic[b'labels']:
            labels.append(y)
    return images, labels

class CIFAR10:
    # not needed
    pass

def build_dataloader(dataset, loader_params):
    if isinstance(dataset, tuple):
        dataset = list(zip(dataset[0], dataset[1]))
    return DataLoader(dataset, **loader_params)

class FinetuneNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = resnet18(pretrained=True)
        for param in self.model.parameters():
            param.requires_grad = False
        self.model.fc = nn.Linear(512, 8)
    def forward(self, x):
        return self.model(x)

def build_model(trained=False):
    return FinetuneNet()

def build_optimizer(optim_type, model_params, hparams):
    if optim_type == 'Adam':
        return torch.optim.Adam(model_params, lr=hparams['lr'])
    if optim_type == 'SGD':
        return torch.optim.SGD(model_params, lr=hparams['lr'], momentum=hparams['momentum'])

def train(train_dataloader, model, loss_fn, optimizer):
    for x, y in train_dataloader:
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()

def run_model():
    dataset = build_dataset(['cifar10_batches/data_batch_1', 'cifar10_batches/data_batch_2', 'cifar10_batches/data_batch_3',
                             'cifar10_batches/data_batch_4', 'cifar10_batches/data_batch_5'], get_preprocess_transform('train'))
    print(len(dataset[0]), len(dataset[1]))
    dataloader = build_dataloader(dataset, {'batch_size': 64, 'shuffle': True})
    model = build_model()
    model.eval()
    optimizer = build_optimizer('SGD', model.model.fc.parameters(), {'lr': 0.01, 'momentum': 0.9})
    for i in range(2):
        train(dataloader, model, nn.CrossEntropyLoss(), optimizer)
    return model
