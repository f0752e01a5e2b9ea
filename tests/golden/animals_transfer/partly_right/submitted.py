"""Half of it right: pictures resized by one number, no weight decay, the best weights loaded back after each epoch, a
matrix that lies on its side, pictures read in OpenCV's order, no figure of the history and no files.

EXPECT: loses 1.1a, 2.1h, 2.3b, 2.3e, 2.3f, 2.4a, 2.4b, 2.5b, 2.6b, 2.6d, 2.6e
"""
import copy, time, os
import numpy as np
import torch
import torch.nn as nn
from torchvision import transforms, datasets, models
from PIL import Image

norm = transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
data_transforms = {
    "train": transforms.Compose([transforms.Resize(224), transforms.RandomHorizontalFlip(), transforms.ToTensor(), norm]),
    "val": transforms.Compose([transforms.Resize(224), transforms.ToTensor(), norm]),
}

def build_dataloaders(data_dir, batch_size=4):
    ds = {"train": datasets.ImageFolder(data_dir + "/train", data_transforms["train"]),
          "val": datasets.ImageFolder(data_dir + "/val", data_transforms["val"]),
          "test": datasets.ImageFolder(data_dir + "/test", data_transforms["val"])}
    dl = {k: torch.utils.data.DataLoader(ds[k], batch_size=batch_size, shuffle=(k == "train")) for k in ds}
    return dl, {k: len(ds[k]) for k in ds}, ds["train"].classes

def denormalize(inp):
    img = inp.permute(1, 2, 0).numpy()
    return np.clip(img * [0.229, 0.224, 0.225] + [0.485, 0.456, 0.406], 0, 1)

def imshow(inp, title=None):
    from matplotlib import pyplot as plt
    plt.imshow(denormalize(inp))
    plt.show()

def train_model(model, criterion, optimizer, scheduler, dataloaders, dataset_sizes, num_epochs=25, device="cpu", checkpoint="best.pth"):
    hist = {k: [] for k in ("train_loss", "train_acc", "val_loss", "val_acc", "lr", "time")}
    best = 0
    for e in range(num_epochs):
        t = time.time()
        hist["lr"].append(optimizer.param_groups[0]["lr"])
        for phase in ("train", "val"):
            model.train() if phase == "train" else model.eval()
            s, c = 0, 0
            for x, y in dataloaders[phase]:
                optimizer.zero_grad()
                with torch.set_grad_enabled(phase == "train"):
                    o = model(x)
                    l = criterion(o, y)
                if phase == "train":
                    l.backward()
                    optimizer.step()
                s += l.item() * len(y)
                c += (o.argmax(1) == y).sum().item()
            hist[phase + "_loss"].append(s / dataset_sizes[phase])
            hist[phase + "_acc"].append(c / dataset_sizes[phase])
        scheduler.step()
        if hist["val_acc"][-1] > best:
            best = hist["val_acc"][-1]
            torch.save(model.state_dict(), checkpoint)
        model.load_state_dict(torch.load(checkpoint))
        hist["time"].append(time.time() - t)
    return model, hist

def build_scratch(num_classes=3):
    m = models.resnet18()
    m.fc = nn.Linear(512, num_classes)
    return m

def build_finetune(num_classes=3):
    m = models.resnet18(pretrained=True)
    m.fc = nn.Linear(512, num_classes)
    return m

def build_fixed_extractor(num_classes=3):
    m = build_finetune(num_classes)
    for n, p in m.named_parameters():
        p.requires_grad = n.startswith("fc")
    return m

def make_training(model):
    opt = torch.optim.SGD(model.parameters(), lr=5e-3, momentum=0.9)
    return nn.CrossEntropyLoss(), opt, torch.optim.lr_scheduler.StepLR(opt, 10, 1e-1)  # decay 1e-1

def plot_history(histories):
    pass  # TODO

def evaluate(model, loader):
    model.eval()
    cm = np.zeros((3, 3))
    for x, y in loader:
        p = model(x).argmax(1)
        for i in range(len(y)):
            cm[p[i], y[i]] += 1
    return np.trace(cm) / cm.sum(), cm

def predict(model, path, class_names):
    model.eval()
    img = np.array(Image.open(path).convert("RGB"))[:, :, ::-1]  # as cv2.imread gives it
    x = transforms.ToTensor()(np.ascontiguousarray(img))
    x = norm(transforms.Resize((224, 224))(x)).unsqueeze(0)
    return class_names[model(x).argmax()]
