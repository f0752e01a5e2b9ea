"""Put together from tutorials: mean and standard deviation 0.5, a random flip and a random crop in both
modes, an optimizer that takes SGD's momentum from the tutorial instead of from `hparams`. Data set, loader,
network and loop are right. It deserves to lose the preprocessing item, SGD, and, as the features suffer from
the wrong scale, some or all of the accuracy.

EXPECT: loses 2.3b, 4.1b, 6.1, 6.2
"""
import pickle
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
import torchvision
import torchvision.transforms as transforms
from torch.utils.data import Dataset, DataLoader
from models import resnet18

# https://pytorch.org/tutorials/beginner/blitz/cifar10_tutorial.html
class CIFAR10(Dataset):
    def __init__(self, data_files, transform=None, target_transform=None):
        self.img_labels = []
        self.imgs = []
        for f in data_files:
            with open(f, 'rb') as fo:
                dict = pickle.load(fo, encoding='bytes')
            self.imgs.extend(dict[b'data'])
            self.img_labels.extend(dict[b'labels'])
        self.transform = transform
        self.target_transform = target_transform

    def __len__(self):
        return len(self.img_labels)

    def __getitem__(self, idx):
        image = self.imgs[idx].reshape(3, 32, 32).transpose(1, 2, 0)
        label = self.img_labels[idx]
        if self.transform:
            image = self.transform(image)
        if self.target_transform:
            label = self.target_transform(label)
        return image, label

def get_preprocess_transform(mode):
    transform = transforms.Compose(
        [transforms.ToPILImage(),
         transforms.RandomCrop(32, padding=4),
         transforms.RandomHorizontalFlip(),
         transforms.ToTensor(),
         transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])
    return transform

def build_dataset(data_files, transform=None):
    return CIFAR10(data_files, transform)

def build_dataloader(dataset, loader_params):
    return DataLoader(dataset, batch_size=loader_params['batch_size'], shuffle=loader_params['shuffle'], num_workers=0)

class FinetuneNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.model_ft = resnet18(pretrained=True)
        for param in self.model_ft.parameters():
            param.requires_grad = False
        # Parameters of newly constructed modules have requires_grad=True by default
        num_ftrs = self.model_ft.fc.in_features
        self.model_ft.fc = nn.Linear(num_ftrs, 8)

    def forward(self, x):
        return self.model_ft(x)

def build_model(trained=False):
    return FinetuneNet()

def build_optimizer(optim_type, model_params, hparams):
    if optim_type == 'Adam':
        return optim.Adam(model_params, lr=hparams['lr'])
    return optim.SGD(model_params, lr=hparams['lr'], momentum=0.9)

def train(train_dataloader, model, loss_fn, optimizer):
    running_loss = 0.0
    for i, data in enumerate(train_dataloader, 0):
        # get the inputs; data is a list of [inputs, labels]
        inputs, labels = data
        # zero the parameter gradients
        optimizer.zero_grad()
        # forward + backward + optimize
        outputs = model(inputs)
        loss = loss_fn(outputs, labels)
        loss.backward()
        optimizer.step()
        # print statistics
        running_loss += loss.item()
        if i % 20 == 19:
            print('[%5d] loss: %.3f' % (i + 1, running_loss / 20))
            running_loss = 0.0

def run_model():
    trainset = build_dataset(['./cifar10_batches/data_batch_%d' % (i + 1) for i in range(5)], get_preprocess_transform('train'))
    trainloader = build_dataloader(trainset, {'batch_size': 32, 'shuffle': True})
    net = build_model()
    net.eval()
    optimizer = build_optimizer('SGD', net.model_ft.fc.parameters(), {'lr': 0.001})
    for epoch in range(2):  # loop over the dataset multiple times
        train(trainloader, net, nn.CrossEntropyLoss(), optimizer)
    print('Finished Training')
    return net
