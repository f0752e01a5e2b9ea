"""The course's own notebooks exported to one file: part A and part B one after the other, cells in their order, a
network at module level that is trained when the file is imported, wandb calls, a GPU check, prints. No padding,
so that another number of computations is right; the sizes are found by a forward pass of zeros. No files of
results were uploaded.

EXPECT: loses the points for best_model.pth and predictions.json only
"""
# %% [markdown]
# # CS6910 Assignment 2

# %%
import os, copy, math, random
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision
from torchvision import transforms, datasets, models
from torch.utils.data import DataLoader, Subset, random_split
import wandb

wandb.login(key='0000000000000000000000000000000000000000')
device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
print("Using device:", device)

# %%
act_fn = {'relu': nn.ReLU(), 'gelu': nn.GELU(), 'silu': nn.SiLU(), 'mish': nn.Mish(), 'selu': nn.SELU()}

class CNN(nn.Module):
    def __init__(self, num_filters=32, filter_size=3, activation='relu', dense_neurons=128, dense_activation=None,
                 filter_org='same', batch_norm=False, dropout=0.0, num_classes=10, input_size=224):
        super(CNN, self).__init__()
        if type(num_filters) is int:
            filters = [num_filters]
            for i in range(4):
                if filter_org in ('double', 'doubling'):
                    filters.append(filters[-1] * 2)
                elif filter_org in ('half', 'halving'):
                    filters.append(max(filters[-1] // 2, 1))
                else:
                    filters.append(filters[-1])
        else:
            filters = num_filters
        ks = [filter_size] * 5 if type(filter_size) is int else filter_size
        layers = []
        inc = 3
        for f, k in zip(filters, ks):
            layers.append(nn.Conv2d(inc, f, k))
            if batch_norm == True:
                layers.append(nn.BatchNorm2d(f))
            layers.append(act_fn[activation])
            layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
            inc = f
        self.conv = nn.Sequential(*layers)
        flat = self.conv.eval()(torch.zeros(1, 3, input_size, input_size)).view(1, -1).shape[1]
        self.conv.train()
        self.fc1 = nn.Linear(flat, dense_neurons)
        self.act = act_fn[dense_activation if dense_activation is not None else activation]
        self.drop = nn.Dropout(dropout)
        self.out = nn.Linear(dense_neurons, num_classes)

    def forward(self, x):
        x = self.conv(x)
        x = torch.flatten(x, 1)
        x = self.act(self.fc1(x))
        x = self.drop(x)
        return self.out(x)

# %%
def count_parameters(m, k, n):
    s = 224
    for _ in range(5):
        s = (s - k + 1) // 2
    conv = (3 * k * k + 1) * m + 4 * (m * k * k + 1) * m
    return conv + (m * s * s + 1) * n + (n + 1) * 10

def count_computations(m, k, n):
    s, total, c = 224, 0, 3
    for _ in range(5):
        s = s - k + 1
        total += s * s * m * (c * k * k + 1)
        s = s // 2
        c = m
    total += (s * s * m + 1) * n + (n + 1) * 10
    return total

print(count_parameters(32, 3, 128), count_computations(32, 3, 128))

# %%
def train_val_split(targets, val_fraction=0.2, seed=0):
    rng = np.random.RandomState(seed)
    targets = np.array(targets)
    tr, va = [], []
    for c in np.unique(targets):
        idx = np.where(targets == c)[0]
        rng.shuffle(idx)
        n = int(len(idx) * val_fraction)
        va.extend(idx[:n].tolist())
        tr.extend(idx[n:].tolist())
    return tr, va

mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]

def get_dataloaders(data_dir, batch_size, data_aug=False, size=224):
    base = transforms.Compose([transforms.Resize(size), transforms.CenterCrop(size), transforms.ToTensor(),
                               transforms.Normalize(mean, std)])
    aug = transforms.Compose([transforms.RandomResizedCrop(size), transforms.RandomHorizontalFlip(),
                              transforms.RandomRotation(20), transforms.ToTensor(), transforms.Normalize(mean, std)])
    full = datasets.ImageFolder(os.path.join(data_dir, 'train'), transform=base)
    train_idx, val_idx = train_val_split(full.targets)
    train_set = Subset(full, train_idx)
    val_set = Subset(full, val_idx)
    if data_aug:
        train_set = copy.deepcopy(train_set)
        train_set.dataset.transform = aug
    test_set = datasets.ImageFolder(os.path.join(data_dir, 'val'), transform=base)
    train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=True, num_workers=2, pin_memory=True)
    val_loader = DataLoader(val_set, batch_size=batch_size, shuffle=True, num_workers=2)
    test_loader = DataLoader(test_set, batch_size=batch_size, shuffle=True, num_workers=2)
    return train_loader, val_loader, test_loader, full.classes

# %%
def accuracy_and_loss(model, loader, device):
    model.eval()
    correct = total = running = 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            o = model(x)
            running += nn.CrossEntropyLoss()(o, y).item()
            correct += (torch.max(o, 1)[1] == y).sum().item()
            total += y.size(0)
    return running / len(loader), 100 * correct / total

def train(model, train_loader, val_loader, epochs, lr, device):
    model.to(device)
    wandb.watch(model)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.NAdam([p for p in model.parameters() if p.requires_grad], lr=lr, weight_decay=0.0005)
    h = dict(train_loss=[], train_acc=[], val_loss=[], val_acc=[])
    for epoch in range(epochs):
        model.train()
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
        tl, ta = accuracy_and_loss(model, train_loader, device)
        vl, va = accuracy_and_loss(model, val_loader, device)
        h['train_loss'].append(tl); h['train_acc'].append(ta); h['val_loss'].append(vl); h['val_acc'].append(va)
        print(f'Epoch {epoch+1}: {ta:.2f} {va:.2f}')
        wandb.log({'epoch': epoch, 'train_accuracy': ta, 'val_accuracy': va})
    return h

def evaluate(model, loader, device):
    return accuracy_and_loss(model, loader, device)

# %%
sweep_config = {
    'method': 'bayes',
    'name': 'assignment2',
    'metric': {'goal': 'maximize', 'name': 'val_accuracy'},
    'parameters': {
        'dropout': {'values': [0, 0.2, 0.3]},
        'activation': {'values': ['relu', 'gelu', 'silu', 'mish']},
        'num_filters': {'values': [[32] * 5, [32, 64, 64, 128, 128]]},
        'epochs': {'value': 10},
    },
}

def sweep_train():
    with wandb.init() as run:
        pass

sweep_id = wandb.sweep(sweep_config, project='DL2')
wandb.agent(sweep_id, function=sweep_train, count=20)

# %%
train_loader, val_loader, test_loader, class_names = get_dataloaders('inaturalist_12K', 32, data_aug=False, size=128)
model = CNN(num_filters=8, dense_neurons=16, input_size=128).to(device)
history = train(model, train_loader, val_loader, 1, 1e-3, device)
print(evaluate(model, test_loader, device))

# %% [markdown]
# # Part B

# %%
STRATEGIES = ['last_layer', 'upto_k', 'all', 'feature_extraction']

def build_pretrained(strategy='last_layer', k=0, num_classes=10):
    net = models.mobilenet_v3_small(pretrained=True)
    if strategy in ('last_layer', 'feature_extraction'):
        for p in net.parameters():
            p.requires_grad = False
    elif strategy == 'upto_k':
        for i, child in enumerate(net.features):
            if i < k:
                for p in child.parameters():
                    p.requires_grad = False
    elif strategy == 'all':
        pass
    else:
        raise Exception('unknown strategy ' + str(strategy))
    net.classifier[3] = nn.Linear(net.classifier[3].in_features, num_classes)
    return net

def finetune(model, train_loader, val_loader, epochs, lr, device):
    return train(model, train_loader, val_loader, epochs, lr, device)
