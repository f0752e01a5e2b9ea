"""Partly right: a sound network and loop, but a softmax at the end, a split that takes the first fifth of a shuffled
list without regard to classes, validation with the augmenting transform, and part B only begun.

EXPECT: loses what it misses, no more
"""
import random
import torch, torchvision
from torch import nn
from torchvision import transforms as tt
from torchvision.datasets import ImageFolder

activations = dict(relu=nn.ReLU, gelu=nn.GELU, silu=nn.SiLU, mish=nn.Mish)


def CNN(num_filters=32, filter_size=3, activation='relu', dense_neurons=128, dense_activation=None, filter_org='same',
        batch_norm=False, dropout=0.0, num_classes=10, input_size=224):
    layers, channels = [], 3
    for i in range(5):
        f = num_filters[i] if isinstance(num_filters, list) else max(1, int(num_filters * {'same': 1, 'double': 2, 'half': .5}[filter_org] ** i))
        k = filter_size[i] if isinstance(filter_size, list) else filter_size
        layers += [nn.Conv2d(channels, f, k, padding='same')]
        layers += [nn.BatchNorm2d(f)] if batch_norm else []
        layers += [activations[activation](), nn.MaxPool2d(2)]
        channels = f
    side = input_size // 32
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * side * side, dense_neurons),
                         activations[dense_activation or activation](), nn.Dropout(dropout),
                         nn.Linear(dense_neurons, num_classes), nn.Softmax(dim=1))


def count_parameters(m, k, n):
    return 4*k*k*m*m + 3*k*k*m + 5*m + 49*m*n + 11*n + 10


def count_computations(m, k, n):
    return 150528*k*k*m + 16660*k*k*m*m + 49*m*n + 10*n


def train_val_split(targets, val_fraction=0.2, seed=0):
    indices = list(range(len(targets)))
    random.Random(seed).shuffle(indices)
    cut = int(val_fraction * len(indices))
    return indices[cut:], indices[:cut]


def get_dataloaders(data_dir, batch_size, data_aug=False, size=224):
    steps = [tt.Resize((size, size)), tt.ToTensor(), tt.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))]
    if data_aug:
        transform = tt.Compose([tt.RandomHorizontalFlip(), tt.RandomRotation(10)] + steps)
    else:
        transform = tt.Compose(steps)
    data = ImageFolder(data_dir + '/train', transform)
    tr, va = train_val_split(data.targets)
    test = ImageFolder(data_dir + '/val', tt.Compose(steps))
    L = torch.utils.data.DataLoader
    S = torch.utils.data.Subset
    return L(S(data, tr), batch_size, shuffle=True), L(S(data, va), batch_size), L(test, batch_size), test.classes


def evaluate(model, loader, device):
    model.eval()
    s = c = n = 0
    for x, y in loader:
        with torch.no_grad():
            o = model(x.to(device)).cpu()
        s += float(nn.functional.cross_entropy(o, y)) * len(y)
        c += int((o.argmax(1) == y).sum())
        n += len(y)
    return s / n, c / n


def train(model, train_loader, val_loader, epochs, lr, device):
    train_losses, train_accs, val_losses, val_accs = [], [], [], []
    opt = torch.optim.Adam(model.parameters(), lr)
    for e in range(epochs):
        model.train()
        s = c = n = 0
        for x, y in train_loader:
            opt.zero_grad()
            o = model(x.to(device))
            loss = nn.functional.cross_entropy(o, y.to(device))
            loss.backward()
            opt.step()
            s += loss.item() * len(y); c += (o.argmax(1) == y).sum().item(); n += len(y)
        train_losses.append(s / n); train_accs.append(c / n)
        vl, va = evaluate(model, val_loader, device)
        val_losses.append(vl); val_accs.append(va)
    return train_losses, val_losses, train_accs, val_accs


sweep_config = {'method': 'grid', 'parameters': {'lr': {'values': [1e-3, 1e-4]}, 'activation': {'values': ['relu', 'mish']},
                                                'dropout': {'values': [0, .3]}}}

STRATEGIES = ['last_layer']


def build_pretrained(strategy='last_layer', k=0, num_classes=10):
    model = torchvision.models.squeezenet1_0(weights='DEFAULT')
    for p in model.parameters():
        p.requires_grad = False
    model.classifier = nn.Sequential(nn.Dropout(0.5), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, num_classes))
    return model


def finetune(model, train_loader, val_loader, epochs, lr, device):
    pass  # TODO
