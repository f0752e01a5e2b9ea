"""`build_model` freezes a randomly initialised network, and `run_model` loads the checkpoint into it just
before training, skipping the two tensors of `fc`. With `trained=True` it looks for a file that only its
author has, and fails. The model that matters carries the checkpoint's weights: full marks.

EXPECT: loses nothing
"""
import torch, pickle, numpy
from torch import nn
from torch.utils.data import TensorDataset, Dataset, DataLoader
from torchvision import transforms
from models import resnet18

class CIFAR10(Dataset):
    def __init__(self, data_files, transform=None, target_transform=None):
        dicts = [pickle.load(open(f, 'rb'), encoding='bytes') for f in data_files]
        self.images = torch.cat([torch.from_numpy(numpy.stack(d[b'data'])) for d in dicts]).view(-1, 3, 32, 32)
        self.labels = sum((list(d[b'labels']) for d in dicts), [])
        self.transform = transform
        self.target_transform = target_transform
    def __len__(self):
        return self.images.size(0)
    def __getitem__(self, i):
        image = self.images[i].float().div(255)
        label = self.labels[i]
        return (self.transform(image) if self.transform else image,
                self.target_transform(label) if self.target_transform else label)

def get_preprocess_transform(mode):
    norm = transforms.Normalize([.4914, .4822, .4465], [.2471, .2435, .2616])
    return {'train': transforms.Compose([transforms.RandomHorizontalFlip(), norm]), 'test': norm}[mode]

def build_dataset(data_files, transform=None):
    return CIFAR10(data_files, transform)

def build_dataloader(dataset, loader_params):
    return DataLoader(dataset, **loader_params)

class FinetuneNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = resnet18(num_classes=8)
        for n, p in self.net.named_parameters():
            p.requires_grad = n.startswith('fc.')
    def forward(self, x):
        return self.net(x)

def build_model(trained=False):
    model = FinetuneNet()
    if trained:
        model.load_state_dict(torch.load('my_best_model_92percent.pth'))
    return model

def build_optimizer(optim_type, model_params, hparams):
    assert optim_type in ('Adam', 'SGD')
    if optim_type == 'Adam':
        return torch.optim.Adam(model_params, lr=hparams['lr'])
    return torch.optim.SGD(model_params, lr=hparams['lr'], momentum=hparams['momentum'])

def train(train_dataloader, model, loss_fn, optimizer):
    for x, y in train_dataloader:
        optimizer.zero_grad(); loss_fn(model(x), y).backward(); optimizer.step()

def run_model():
    model = build_model()
    weights = torch.load('resnet18.pt', map_location='cpu')
    weights = {k: v for k, v in weights.items() if not k.startswith('fc')}
    print(model.net.load_state_dict(weights, strict=False))
    model.eval()
    data = build_dataset(['cifar10_batches/data_batch_%i' % i for i in (1, 2, 3, 4, 5)], get_preprocess_transform('train'))
    opt = build_optimizer('Adam', model.net.fc.parameters(), {'lr': 0.002})
    for e in range(2):
        train(build_dataloader(data, {'batch_size': 64, 'shuffle': True}), model, nn.CrossEntropyLoss(), opt)
        print('finished', e)
    return model
