"""Works on the author's GPU only: `train` and `run_model` say `.cuda()`. Data set, loader, preprocessing,
network and optimizer never touch a device and are right. On a machine without a GPU it deserves to lose
what needs `train` to run.

EXPECT: loses 5.1a, 5.1b, 5.2, 6.1, 6.2
"""
import pickle, torch, numpy as np
from torch import nn
from torch.utils.data import Dataset, DataLoader
from torchvision import transforms
from models import resnet18

class CIFAR10(Dataset):
    def __init__(self, data_files, transform=None, target_transform=None):
        xs = []; ys = []
        for f in data_files:
            with open(f, 'rb') as h: d = pickle.load(h, encoding='bytes')
            xs.append(np.stack(d[b'data'])); ys.extend(d[b'labels'])
        self.xs = np.concatenate(xs).reshape(-1, 3, 32, 32); self.ys = ys
        self.transform = transform; self.target_transform = target_transform
    def __len__(self): return len(self.ys)
    def __getitem__(self, i):
        x = torch.from_numpy(self.xs[i]).float() / 255; y = self.ys[i]
        if self.transform: x = self.transform(x)
        if self.target_transform: y = self.target_transform(y)
        return x, y

def get_preprocess_transform(mode):
    n = transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2471, 0.2435, 0.2616))
    return transforms.Compose([transforms.RandomHorizontalFlip(), n]) if mode == 'train' else n

def build_dataset(data_files, transform=None): return CIFAR10(data_files, transform)

def build_dataloader(dataset, loader_params): return DataLoader(dataset, **loader_params)

class FinetuneNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.m = resnet18(pretrained=True)
        for p in self.m.parameters(): p.requires_grad = False
        self.m.fc = nn.Linear(512, 8)
    def forward(self, x): return self.m(x)

def build_model(trained=False): return FinetuneNet()

def build_optimizer(optim_type, model_params, hparams):
    if optim_type == 'Adam': return torch.optim.Adam(model_params, lr=hparams['lr'])
    if optim_type == 'SGD': return torch.optim.SGD(model_params, lr=hparams['lr'], momentum=hparams['momentum'])

def train(train_dataloader, model, loss_fn, optimizer):
    for x, y in train_dataloader:
        x, y = x.cuda(), y.cuda()
        optimizer.zero_grad()
        loss_fn(model(x), y).backward()
        optimizer.step()

def run_model():
    m = build_model().cuda()
    dl = build_dataloader(build_dataset([f'cifar10_batches/data_batch_{i}' for i in range(1, 6)], get_preprocess_transform('train')), dict(batch_size=256, shuffle=True))
    opt = build_optimizer('Adam', m.m.fc.parameters(), dict(lr=1e-3))
    for _ in range(10): train(dl, m, nn.CrossEntropyLoss(), opt)
    return m
