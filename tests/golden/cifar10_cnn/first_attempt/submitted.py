"""Half right, as the first draft of the original course's text often is: the training loader unshuffled, no activations
between the linear layers, losses averaged over batches, measured in train mode with gradients and as a fraction,
an exit() that was forgotten before the training loop of run_model.

EXPECT: loses 2.3, 4.5, 5.4, 6.2, 6.3, 6.4, 8.1
"""
import torch
import torchvision
from torch import nn
from torchvision import transforms


def get_transform():
    return transforms.Compose([transforms.ToTensor(), transforms.Normalize([0.5] * 3, [0.5] * 3)])


def build_loaders(trainset, testset, batch_size=25):
    return (torch.utils.data.DataLoader(trainset, batch_size),
            torch.utils.data.DataLoader(testset, batch_size))


def class_counts(dataset):
    return {c: dataset.targets.count(c) for c in range(10)}


def unnormalize(image):
    return image * 0.5 + 0.5


class CNN(nn.Module):
    def __init__(self, num_classes):
        super().__init__()
        self.block1 = nn.Sequential(nn.Conv2d(3, 64, 5), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2))
        self.block2 = nn.Sequential(nn.Conv2d(64, 32, 5), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2))
        self.fc_layers = nn.Sequential(nn.Linear(800, 64), nn.Dropout(0.2), nn.Linear(64, 32), nn.Dropout(0.2),
                                       nn.Linear(32, num_classes))

    def forward(self, x):
        x = self.block2(self.block1(x))
        return self.fc_layers(x.reshape(x.shape[0], -1))


def train_model(model, train, criterion, optimizer, epochs, device):
    model.train()
    out = []
    for epoch in range(epochs):
        running = 0
        for x, y in train:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            running += loss.item()
        out.append(running / len(train))
    return out


def test_model(model, test, device):
    right = n = 0
    for x, y in test:
        right += (model(x).argmax(1) == y).sum().item()
        n += len(y)
    return right / n


def first_layer_weights(model):
    return model.block1[0].weight.detach().numpy()


def run_model():
    trainset = torchvision.datasets.CIFAR10(".", train=True, transform=get_transform())
    testset = torchvision.datasets.CIFAR10(".", train=False, transform=get_transform())
    train, test = build_loaders(trainset, testset)
    model = CNN(10)
    print(len(trainset))
    exit()
    opt = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    train_model(model, train, nn.CrossEntropyLoss(), opt, 5, torch.device("cpu"))
    return model
