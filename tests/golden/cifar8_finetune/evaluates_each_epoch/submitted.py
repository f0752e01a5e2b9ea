"""Measures itself on test_batch after each epoch and keeps the best head, without ever training on it. That
is what test_batch is for (choosing an epoch by it is a sin for a lecture, not a leak): full marks.

EXPECT: loses nothing
"""
import copy
import pickle
import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import Dataset, DataLoader
import torchvision
import torchvision.transforms as transforms
from models import resnet18
try:
    from tqdm import tqdm
except ImportError:
    tqdm = lambda iterable, **kw: iterable

label_names = ['airplane', 'automobile', 'bird', 'deer', 'frog', 'horse', 'ship', 'truck']

class CIFAR10(Dataset):
    def __init__(self, data_files, transform=None, target_transform=None):
        for n, data_file in enumerate(data_files):
            with open(data_file, 'rb') as f:
                d = pickle.load(f, encoding='bytes')
            if n == 0:
                self.data, self.targets = np.array(d[b'data']), list(d[b'labels'])
            else:
                self.data = np.r_[self.data, np.array(d[b'data'])]
                self.targets += d[b'labels']
        self.data = np.einsum('nchw->nhwc', self.data.reshape(-1, 3, 32, 32))
        self.transform, self.target_transform = transform, target_transform

    def __len__(self): return len(self.targets)

    def __getitem__(self, i):
        img = np.ascontiguousarray(self.data[i])
        if self.transform: img = self.transform(img)
        y = self.targets[i]
        if self.target_transform: y = self.target_transform(y)
        return img, y

def get_preprocess_transform(mode):
    t = [transforms.ToTensor(), transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2471, 0.2435, 0.2616))]
    if mode == 'train':
        t = [transforms.ToTensor(), transforms.RandomHorizontalFlip(), t[1]]
    return transforms.Compose(t)

def build_dataset(data_files, transform=None): return CIFAR10(data_files, transform)

def build_dataloader(dataset, loader_params): return DataLoader(dataset, **loader_params)

class FinetuneNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.resnet18 = resnet18(pretrained=True)
        for p in self.resnet18.parameters(): p.requires_grad = False
        self.resnet18.fc = nn.Linear(self.resnet18.fc.in_features, len(label_names))

    def forward(self, x): return self.resnet18(x)

def build_model(trained=False): return FinetuneNet()

def build_optimizer(optim_type, model_params, hparams):
    if optim_type == 'Adam': return torch.optim.Adam(model_params, lr=hparams['lr'])
    if optim_type == 'SGD': return torch.optim.SGD(model_params, lr=hparams['lr'], momentum=hparams['momentum'])

def train(train_dataloader, model, loss_fn, optimizer):
    model.eval()
    for x, y in tqdm(train_dataloader, desc='train'):
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()

def test(test_dataloader, model):
    model.eval()
    hits = {name: 0 for name in label_names}
    n = 0
    with torch.no_grad():
        for x, y in tqdm(test_dataloader, desc='test'):
            for guess, truth in zip(model(x).argmax(1), y):
                hits[label_names[truth]] += int(guess == truth)
                n += 1
    return sum(hits.values()) / n

def run_model():
    trainloader = build_dataloader(build_dataset([f'cifar10_batches/data_batch_{i}' for i in range(1, 6)],
                                   get_preprocess_transform('train')), {'batch_size': 64, 'shuffle': True})
    testloader = build_dataloader(build_dataset(['cifar10_batches/test_batch'], get_preprocess_transform('test')),
                                  {'batch_size': 100, 'shuffle': False})
    model = build_model()
    optimizer = build_optimizer('Adam', model.resnet18.fc.parameters(), {'lr': 0.002})
    best, best_state = 0, None
    for epoch in range(2):
        train(trainloader, model, nn.CrossEntropyLoss(), optimizer)
        acc = test(testloader, model)
        print(f'epoch {epoch}: test accuracy {100 * acc:.2f} %')
        if acc >= best:
            best, best_state = acc, copy.deepcopy(model.state_dict())
    model.load_state_dict(best_state)
    return model
