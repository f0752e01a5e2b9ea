"""Hands every parameter to the optimizer, the frozen ones too, and with weight decay in the hyperparameters.
PyTorch skips parameters without a gradient, decay included, so the backbone stays as it was. Allowed: full
marks.

EXPECT: loses nothing
"""
import pickle, torch, torchvision
import numpy as np
from torchvision import transforms
from torch.utils.data import Dataset, DataLoader
from models import resnet18

hyper = {'lr': 0.001, 'weight_decay': 0.01}

def load_file(path):
    with open(path, 'rb') as f:
        d = pickle.load(f, encoding='bytes')
    data = np.asarray(d[b'data'], dtype=np.float32) / 255
    return data.reshape(len(data), 3, 32, 32), d[b'labels']

class CIFAR10(Dataset):

    def __init__(self, data_files, transform=None, target_transform=None):
        self.files = data_files
        self.transform = transform
        self.target_transform = target_transform
        self.x, self.y = [], []
        for path in data_files:
            x, y = load_file(path)
            self.x.extend(x)
            self.y.extend(y)

    def __len__(self):
        assert len(self.x) == len(self.y)
        return len(self.y)

    def __getitem__(self, index):
        x = torch.from_numpy(self.x[index])
        if self.transform:
            x = self.transform(x)
        y = self.y[index]
        if self.target_transform:
            y = self.target_transform(y)
        return x, y

def get_preprocess_transform(mode):
    if mode == 'train':
        transform = transforms.Compose([
            transforms.RandomHorizontalFlip(),
            transforms.RandomCrop(32, padding=1, padding_mode='edge'),
            transforms.Normalize((0.49, 0.48, 0.45), (0.25, 0.24, 0.26)),
        ])
    elif mode == 'test':
        transform = transforms.Compose([
            transforms.Normalize((0.49, 0.48, 0.45), (0.25, 0.24, 0.26)),
        ])
    return transform

def build_dataset(data_files, transform=None):
    return CIFAR10(data_files, transform, None)

def build_dataloader(dataset, loader_params):
    return DataLoader(dataset, **loader_params, num_workers=0)

class FinetuneNet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.pretrained = resnet18(pretrained=True)
        self.pretrained.requires_grad_(False)
        self.pretrained.fc = torch.nn.Linear(512, 8)
        torch.nn.init.zeros_(self.pretrained.fc.bias)
        torch.nn.init.normal_(self.pretrained.fc.weight, std=0.01)

    def forward(self, x):
        return self.pretrained(x)

def build_model(trained=False):
    return FinetuneNet()

def build_optimizer(optim_type, model_params, hparams):
    if optim_type == 'Adam':
        return torch.optim.Adam(model_params, lr=hparams['lr'], weight_decay=hparams.get('weight_decay', 0))
    else:
        return torch.optim.SGD(model_params, lr=hparams['lr'], momentum=hparams.get('momentum', 0.9),
                               weight_decay=hparams.get('weight_decay', 0))

def train(train_dataloader, model, loss_fn, optimizer):
    size = len(train_dataloader.dataset)
    seen = 0
    for X, y in train_dataloader:
        loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        seen += len(y)
    print(f'{seen}/{size} seen, last loss {loss.item():.4f}')

def run_model():
    files = []
    for i in range(1, 6):
        files.append('./cifar10_batches/data_batch_{}'.format(i))
    model = build_model()
    model.eval()
    optimizer = build_optimizer('Adam', model.parameters(), hyper)
    loader = build_dataloader(build_dataset(files, get_preprocess_transform('train')), {'batch_size': 32, 'shuffle': True})
    for _ in range(2):
        train(loader, model, torch.nn.CrossEntropyLoss(), optimizer)
    return model
