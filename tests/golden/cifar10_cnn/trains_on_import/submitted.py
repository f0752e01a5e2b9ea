"""A notebook saved as a program: it loads the data, plots, builds the network and trains it while it is imported, and
the functions use what lies at the top level. run_model returns the global network. All of it is right: full marks.

EXPECT: loses nothing
"""
#!/usr/bin/env python
# coding: utf-8

# # Assignment 2: CNN on CIFAR10
# In[1]:

import torch
import torchvision
import torchvision.transforms as transforms
import numpy as np
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim

device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
print(device)

# In[2]:

def get_transform():
    return transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])

transform = get_transform()
trainset = torchvision.datasets.CIFAR10(root='./data', train=True, download=True, transform=transform)
testset = torchvision.datasets.CIFAR10(root='./data', train=False, download=True, transform=transform)

def build_loaders(trainset, testset, batch_size=25):
    trainloader = torch.utils.data.DataLoader(trainset, batch_size=batch_size, shuffle=True, num_workers=2)
    testloader = torch.utils.data.DataLoader(testset, batch_size=batch_size, shuffle=False, num_workers=2)
    return trainloader, testloader

train, test = build_loaders(trainset, testset, 10)
classes = ('plane', 'car', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck')

# In[3]:

def class_counts(dataset):
    class_count = {}
    for _, index in dataset:
        if index not in class_count:
            class_count[index] = 1
        else:
            class_count[index] += 1
    return class_count

print(class_counts(trainset))

# In[4]:

def unnormalize(image):
    image = image / 2 + 0.5
    return image

images, labels = next(iter(train))
try:
    import matplotlib.pyplot as plt
    plt.imshow(np.transpose(unnormalize(images[0]).numpy(), (1, 2, 0)))
except Exception:
    pass
print(' '.join(classes[l] for l in labels))

# In[5]:

class CNN(nn.Module):
    def __init__(self, num_classes):
        super(CNN, self).__init__()
        self.block1 = nn.Sequential(nn.Conv2d(3, 64, (5, 5)), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.MaxPool2d(2, 2))
        self.block2 = nn.Sequential(nn.Conv2d(64, 32, (5, 5)), nn.BatchNorm2d(32), nn.ReLU(inplace=True), nn.MaxPool2d(2, 2))
        self.fc_layers = nn.Sequential(
            nn.Linear(32 * 5 * 5, 64), nn.ReLU(inplace=True), nn.Dropout(p=0.2),
            nn.Linear(64, 32), nn.ReLU(inplace=True), nn.Dropout(p=0.2),
            nn.Linear(32, num_classes))

    def forward(self, x):
        x = self.block1(x)
        x = self.block2(x)
        x = x.view(-1, 32 * 5 * 5)
        return self.fc_layers(x)

model = CNN(num_classes=10).to(device)
print(model)
print(sum(p.numel() for p in model.parameters() if p.requires_grad))

# In[6]:

criterion = nn.CrossEntropyLoss()
optimizer = optim.Adam(model.parameters(), lr=0.001)
total_step = len(train)

def train_model(model, train, criterion, optimizer, epochs, device):
    loss_list = []
    for epoch in range(epochs):
        model.train()
        running_loss = 0.0
        for i, data in enumerate(train, 0):
            inputs, labels = data[0].to(device), data[1].to(device)
            optimizer.zero_grad()
            outputs = model(inputs)
            loss = criterion(outputs, labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item() * inputs.size(0)
            if (i + 1) % 20 == 0:
                print('Epoch [{}/{}], Step [{}/{}], Loss: {:.4f}'.format(epoch + 1, epochs, i + 1, len(train), loss.item()))
        loss_list.append(running_loss / len(train.dataset))
    print('Finished Training')
    return loss_list

def test_model(model, test, device):
    model.eval()
    correct = 0
    total = 0
    with torch.no_grad():
        for data in test:
            images, labels = data
            outputs = model(images.to(device))
            _, predicted = torch.max(outputs.data, 1)
            total += labels.size(0)
            correct += (predicted == labels.to(device)).sum().item()
    print('Accuracy of the network on the test images: %d %%' % (100 * correct / total))
    return 100 * correct / total

# In[7]:

loss_list = train_model(model, train, criterion, optimizer, 2, device)

# In[8]:

test_model(model, test, device)

# In[9]:

def first_layer_weights(model):
    return model.block1[0].weight.data.cpu().numpy()

first_layer_weights(model).shape

# In[10]:

def run_model():
    return model
