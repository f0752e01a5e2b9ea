"""Freezes the parameters, says `model.train()`, and so lets the batch-norm statistics of the frozen part move
with the training pictures. The weights stay, the accuracy hardly suffers: full marks and a remark.

EXPECT: loses nothing
"""
import pickle
import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
import torchvision.transforms as transforms
from torch.utils.data import Dataset, DataLoader
from models import resnet18

##################### Part 1: dataset #####################

class CIFAR10(Dataset):
    '''
    CIFAR10 dataset
    '''
    def __init__(self, data_files, transform=None, target_transform=None):
        self.transform = transform
        self.target_transform = target_transform
        self.data = {'image': [], 'label': []}
        for file in data_files:
            with open(file, 'rb') as fo:
                dict = pickle.load(fo, encoding='bytes')
            self.data['image'].extend(dict[b'data'])
            self.data['label'].extend(dict[b'labels'])

    def __len__(self):
        return len(self.data['label'])

    def __getitem__(self, idx):
        image = self.data['image'][idx]
        image = np.reshape(image, (3, 32, 32))
        image = np.transpose(image, (1, 2, 0))
        label = self.data['label'][idx]
        if self.transform:
            image = self.transform(image)
        if self.target_transform:
            label = self.target_transform(label)
        return image, label


def get_preprocess_transform(mode):
    if mode == 'train':
        transform = transforms.Compose(
            [transforms.ToPILImage(),
             transforms.RandomHorizontalFlip(),
             transforms.ToTensor(),
             transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2471, 0.2435, 0.2616))])
    else:
        transform = transforms.Compose(
            [transforms.ToPILImage(),
             transforms.ToTensor(),
             transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2471, 0.2435, 0.2616))])
    return transform


def build_dataset(data_files, transform=None):
    dataset = CIFAR10(data_files, transform=transform)
    return dataset


##################### Part 2: dataloader #####################

def build_dataloader(dataset, loader_params):
    dataloader = DataLoader(dataset, **loader_params)
    return dataloader


##################### Part 3: model #####################

class FinetuneNet(nn.Module):
    def __init__(self):
        super(FinetuneNet, self).__init__()
        backbone = resnet18(pretrained=True)
        for param in backbone.parameters():
            param.requires_grad = False
        backbone.fc = nn.Linear(512, 8)
        self.model = backbone

    def forward(self, x):
        out = self.model(x)
        return out


def build_model(trained=False):
    net = FinetuneNet()
    return net


def build_optimizer(optim_type, model_params, hparams):
    optimizer = None
    if optim_type == 'Adam':
        optimizer = optim.Adam(model_params, lr=hparams['lr'])
    elif optim_type == 'SGD':
        optimizer = optim.SGD(model_params, lr=hparams['lr'], momentum=hparams['momentum'])
    return optimizer


##################### Part 4: training #####################

def train(train_dataloader, model, loss_fn, optimizer):
    model.train()
    running_loss = 0.0
    for i, data in enumerate(train_dataloader, 0):
        inputs, labels = data
        optimizer.zero_grad()
        outputs = model(inputs)
        loss = loss_fn(outputs, labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
    print('loss: %.3f' % (running_loss / (i + 1)))


def test(test_dataloader, model):
    model.eval()
    correct = 0
    total = 0
    with torch.no_grad():
        for data in test_dataloader:
            images, labels = data
            outputs = model(images)
            _, predicted = torch.max(outputs.data, 1)
            total += labels.size(0)
            correct += (predicted == labels).sum().item()
    print('Accuracy: %d %%' % (100 * correct / total))


##################### Part 5: run #####################

def run_model():
    data_files = ['cifar10_batches/data_batch_1', 'cifar10_batches/data_batch_2', 'cifar10_batches/data_batch_3',
                  'cifar10_batches/data_batch_4', 'cifar10_batches/data_batch_5']
    dataset = build_dataset(data_files, transform=get_preprocess_transform('train'))
    dataloader = build_dataloader(dataset, loader_params={'batch_size': 64, 'shuffle': True})
    model = build_model()
    optimizer = build_optimizer('SGD', model.model.fc.parameters(), hparams={'lr': 0.01, 'momentum': 0.9})
    loss_fn = nn.CrossEntropyLoss()
    for epoch in range(2):
        train(dataloader, model, loss_fn, optimizer)
    return model
