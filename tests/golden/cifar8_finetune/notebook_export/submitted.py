"""A notebook saved as a program: cell markers, a magic that became a comment, a plot inside a try, code at
the top level that opens the training data when the file is imported, and functions defined twice, of which
the second counts. The graded parts are right: full marks.

EXPECT: loses nothing
"""
#!/usr/bin/env python
# coding: utf-8

# # Homework: finetuning
# **Name**: xxxx

# In[1]:


# %matplotlib inline
import pickle
import numpy as np
import torch
import torchvision
import torchvision.transforms as transforms
from torch.utils.data import Dataset, DataLoader
from torch import nn
from models import resnet18

torch.__version__


# In[2]:


with open("cifar10_batches/data_batch_1", "rb") as f:
    d = pickle.load(f, encoding="bytes")
d.keys()


# In[3]:


img = d[b"data"][7].reshape(3, 32, 32).transpose(1, 2, 0)
try:
    import matplotlib.pyplot as plt
    plt.imshow(img)
    plt.title(str(d[b"labels"][7]))
except Exception as e:
    print("no plot:", e)


# In[5]:


def get_preprocess_transform(mode):
    # first try, 58 % :(
    return transforms.ToTensor()


# In[11]:


class CIFAR10(Dataset):
    def __init__(self, data_files, transform=None, target_transform=None):
        self.xs, self.ys = [], []
        for df in data_files:
            with open(df, "rb") as f:
                d = pickle.load(f, encoding="bytes")
            self.xs.append(np.stack(d[b"data"]).reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1))
            self.ys += d[b"labels"]
        self.xs = np.concatenate(self.xs)
        self.transform = transform
        self.target_transform = target_transform

    def __len__(self):
        return len(self.ys)

    def __getitem__(self, i):
        x, y = self.xs[i], self.ys[i]
        if self.transform:
            x = self.transform(x)
        if self.target_transform:
            y = self.target_transform(y)
        return x, y

ds = CIFAR10(["cifar10_batches/data_batch_1"])
print(len(ds), ds[0][0].shape)


# In[12]:


# second try, 91 %
def get_preprocess_transform(mode):
    cifar_norm = transforms.Normalize(mean=[0.4914, 0.4822, 0.4465], std=[0.2471, 0.2435, 0.2616])
    if mode == "train":
        return transforms.Compose([transforms.ToPILImage(), transforms.RandomHorizontalFlip(), transforms.ToTensor(), cifar_norm])
    return transforms.Compose([transforms.ToTensor(), cifar_norm])

def build_dataset(data_files, transform=None):
    return CIFAR10(data_files, transform)

def build_dataloader(dataset, loader_params):
    return DataLoader(dataset, **loader_params)


# In[17]:


class FinetuneNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.resnet = resnet18(pretrained=True)
        for param in self.resnet.parameters():
            param.requires_grad = False
        self.resnet.fc = nn.Linear(512, 8)
    def forward(self, x):
        return self.resnet(x)

def build_model(trained=False):
    return FinetuneNet()

def build_optimizer(optim_type, model_params, hparams):
    if optim_type == "Adam":
        return torch.optim.Adam(model_params, lr=hparams["lr"])
    return torch.optim.SGD(model_params, lr=hparams["lr"], momentum=hparams["momentum"])


# In[18]:


net = build_model()
sum(p.numel() for p in net.parameters() if p.requires_grad)


# In[19]:


def train(train_dataloader, model, loss_fn, optimizer):
    model.eval()  # BN!!!
    for x, y in train_dataloader:
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
    print("loss", loss.item())


# In[23]:


def run_model():
    model = build_model()
    opt = build_optimizer("Adam", model.resnet.fc.parameters(), {"lr": 1e-3})
    dl = build_dataloader(build_dataset([f"cifar10_batches/data_batch_{i}" for i in range(1, 6)],
                                        get_preprocess_transform("train")), {"batch_size": 32, "shuffle": True})
    for epoch in range(2):
        train(dl, model, nn.CrossEntropyLoss(), opt)
    return model


# In[24]:


if __name__ == "__main__":
    model = run_model()
    torch.save(model.state_dict(), "hw.pt")


# In[ ]:




