"""PyTorch's transfer-learning tutorial, carried over cell by cell: loaders, device and networks at the top level,
training when the file is imported, six lists instead of a dict, crops instead of a plain resize. Right, but
for the checkpoints, which were not uploaded.

EXPECT: loses 2.3e
"""
# License: BSD
# Author: Sasank Chilamkurthy

import torch
import torch.nn as nn
import torch.optim as optim
from torch.optim import lr_scheduler
import torch.backends.cudnn as cudnn
import numpy as np
import torchvision
from torchvision import datasets, models, transforms
import matplotlib.pyplot as plt
import time
import os
from PIL import Image
from tempfile import TemporaryDirectory

cudnn.benchmark = True
plt.ion()   # interactive mode

data_transforms = {
    'train': transforms.Compose([
        transforms.RandomResizedCrop(224),
        transforms.RandomHorizontalFlip(),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    ]),
    'val': transforms.Compose([
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    ]),
}
data_transforms['test'] = data_transforms['val']

device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
data_dir = 'animals'


def build_dataloaders(data_dir, batch_size=4):
    image_datasets = {x: datasets.ImageFolder(os.path.join(data_dir, x), data_transforms[x])
                      for x in ['train', 'val', 'test']}
    dataloaders = {x: torch.utils.data.DataLoader(image_datasets[x], batch_size=batch_size,
                                                  shuffle=True, num_workers=4)
                   for x in ['train', 'val', 'test']}
    dataset_sizes = {x: len(image_datasets[x]) for x in ['train', 'val', 'test']}
    class_names = image_datasets['train'].classes
    return dataloaders, dataset_sizes, class_names


dataloaders, dataset_sizes, class_names = build_dataloaders(data_dir)


def denormalize(inp):
    inp = inp.numpy().transpose((1, 2, 0))
    mean = np.array([0.485, 0.456, 0.406])
    std = np.array([0.229, 0.224, 0.225])
    inp = std * inp + mean
    inp = np.clip(inp, 0, 1)
    return inp


def imshow(inp, title=None):
    """Display image for Tensor."""
    plt.imshow(denormalize(inp))
    if title is not None:
        plt.title(title)
    plt.pause(0.001)  # pause a bit so that plots are updated


# Get a batch of training data
inputs, classes = next(iter(dataloaders['train']))
out = torchvision.utils.make_grid(inputs)
imshow(out, title=[class_names[x] for x in classes])


def train_model(model, criterion, optimizer, scheduler, dataloaders, dataset_sizes, num_epochs=25,
                device=device, checkpoint='best.pth'):
    since = time.time()
    train_loss, train_acc, val_loss, val_acc, lrs, times = [], [], [], [], [], []

    # Create a temporary directory to save training checkpoints
    with TemporaryDirectory() as tempdir:
        best_model_params_path = os.path.join(tempdir, 'best_model_params.pt')
        torch.save(model.state_dict(), best_model_params_path)
        best_acc = 0.0

        for epoch in range(num_epochs):
            t0 = time.time()
            print(f'Epoch {epoch}/{num_epochs - 1}')
            print('-' * 10)

            # Each epoch has a training and validation phase
            for phase in ['train', 'val']:
                if phase == 'train':
                    model.train()  # Set model to training mode
                else:
                    model.eval()   # Set model to evaluate mode

                running_loss = 0.0
                running_corrects = 0

                for inputs, labels in dataloaders[phase]:
                    inputs = inputs.to(device)
                    labels = labels.to(device)
                    optimizer.zero_grad()
                    with torch.set_grad_enabled(phase == 'train'):
                        outputs = model(inputs)
                        _, preds = torch.max(outputs, 1)
                        loss = criterion(outputs, labels)
                        if phase == 'train':
                            loss.backward()
                            optimizer.step()

                    running_loss += loss.item() * inputs.size(0)
                    running_corrects += torch.sum(preds == labels.data)
                if phase == 'train':
                    lrs.append(optimizer.param_groups[0]['lr'])
                    scheduler.step()

                epoch_loss = running_loss / dataset_sizes[phase]
                epoch_acc = running_corrects.double() / dataset_sizes[phase]
                if phase == 'train':
                    train_loss.append(epoch_loss)
                    train_acc.append(epoch_acc)
                else:
                    val_loss.append(epoch_loss)
                    val_acc.append(epoch_acc)

                print(f'{phase} Loss: {epoch_loss:.4f} Acc: {epoch_acc:.4f}')

                # deep copy the model
                if phase == 'val' and epoch_acc > best_acc:
                    best_acc = epoch_acc
                    torch.save(model.state_dict(), best_model_params_path)
                    torch.save(model.state_dict(), checkpoint)
            times.append(time.time() - t0)
            print()

        time_elapsed = time.time() - since
        print(f'Training complete in {time_elapsed // 60:.0f}m {time_elapsed % 60:.0f}s')
        print(f'Best val Acc: {best_acc:4f}')

        # load best model weights
        model.load_state_dict(torch.load(best_model_params_path, weights_only=True))
    return model, [train_loss, train_acc, val_loss, val_acc, lrs, times]


def build_scratch(num_classes=3):
    model = models.resnet18()
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model.to(device)


def build_finetune(num_classes=3):
    model_ft = models.resnet18(weights='IMAGENET1K_V1')
    num_ftrs = model_ft.fc.in_features
    model_ft.fc = nn.Linear(num_ftrs, num_classes)
    return model_ft.to(device)


def build_fixed_extractor(num_classes=3):
    model_conv = torchvision.models.resnet18(pretrained=True)
    for param in model_conv.parameters():
        param.requires_grad = False
    # Parameters of newly constructed modules have requires_grad=True by default
    num_ftrs = model_conv.fc.in_features
    model_conv.fc = nn.Linear(num_ftrs, num_classes)
    return model_conv.to(device)


def make_training(model):
    criterion = nn.CrossEntropyLoss()
    optimizer_ft = optim.SGD(model.parameters(), lr=0.005, momentum=0.9, weight_decay=0.1)
    exp_lr_scheduler = lr_scheduler.StepLR(optimizer_ft, step_size=10, gamma=0.1)
    return criterion, optimizer_ft, exp_lr_scheduler


def plot_history(histories):
    names = ['scratch', 'finetune', 'fixed_extractor']
    fig, ax = plt.subplots(2, 2, figsize=(12, 8), sharex=True)
    for name in names:
        train_loss, train_acc, val_loss, val_acc, lrs, times = histories[name]
        ax[0, 0].plot(train_loss, label=name)
        ax[0, 1].plot(val_loss, label=name)
        ax[1, 0].plot(100 * np.array(train_acc), label=name)
        ax[1, 1].plot(100 * np.array(val_acc), label=name)
    for a, t in zip(ax.flat, ['train loss', 'val loss', 'train accuracy (%)', 'val accuracy (%)']):
        a.set_ylabel(t)
        a.legend()
    for a in ax[1]:
        a.set_xlabel('epoch')
    plt.show()
    return fig


def evaluate(model, loader):
    model.eval()
    confusion_matrix = torch.zeros(3, 3)
    with torch.no_grad():
        for inputs, classes in loader:
            inputs = inputs.to(device)
            classes = classes.to(device)
            outputs = model(inputs)
            _, preds = torch.max(outputs, 1)
            for t, p in zip(classes.view(-1), preds.view(-1)):
                confusion_matrix[t.long(), p.long()] += 1
    acc = confusion_matrix.diag().sum() / confusion_matrix.sum()
    print(confusion_matrix.diag() / confusion_matrix.sum(1))
    return acc, confusion_matrix


def predict(model, img_path, class_names):
    was_training = model.training
    model.eval()
    img = Image.open(img_path)
    img = data_transforms['val'](img)
    img = img.unsqueeze(0)
    img = img.to(device)
    with torch.no_grad():
        outputs = model(img)
        _, preds = torch.max(outputs, 1)
    model.train(mode=was_training)
    return class_names[preds[0]]


model_conv = build_fixed_extractor()
criterion, optimizer_conv, exp_lr_scheduler = make_training(model_conv)

# only a few pictures, to see that it runs; the real training was on Colab
few = {x: torch.utils.data.DataLoader(torch.utils.data.Subset(dataloaders[x].dataset, range(4)), batch_size=4)
       for x in ['train', 'val']}
model_conv, history_conv = train_model(model_conv, criterion, optimizer_conv, exp_lr_scheduler,
                                       few, {'train': 4, 'val': 4}, num_epochs=1)
print(history_conv)
plt.ioff()
plt.show()
