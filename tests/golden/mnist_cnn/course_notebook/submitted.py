"""The course's notebook saved as a program: the network at the top level under the name LeNet5, trained when the
file is imported, globals all over, lists instead of a dict, scheduler stepped with a counter of epochs. Without
the bonus. It deserves everything of the main part.

EXPECT: loses 2.2(1)a, 2.2(1)b, 2.2(2)a, 2.3
"""
# %%
import torch, torchvision
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
import torchvision.transforms as transforms
from tqdm import tqdm

device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
print(device)

# %%
class LeNet5(nn.Module):
    def __init__(self):
        super(LeNet5, self).__init__()
        self.conv1 = nn.Conv2d(1, 16, 5)
        self.conv2 = nn.Conv2d(16, 32, 3)
        self.conv3 = nn.Conv2d(32, 16, 1)
        self.fc1 = nn.Linear(16*5*5, 64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), (2, 2))
        x = F.relu(F.max_pool2d(self.conv2(x), 2))
        x = F.relu(self.conv3(x))
        x = x.view(-1, self.num_flat_features(x))
        x = F.relu(self.fc1(x))
        x = self.fc2(x)
        return x

    def num_flat_features(self, x):
        n = 1
        for s in x.size()[1:]:
            n *= s
        return n

model = LeNet5().to(device)
for name, p in model.named_parameters():
    print(name, p.shape, p.numel())

# %%
def get_transform():
    return transforms.Compose([transforms.Resize((28, 28)), transforms.Grayscale(1), transforms.ToTensor(),
                               transforms.Normalize((0.1307,), (0.3081,))])

transform = get_transform()
trainset = torchvision.datasets.MNIST(root='./data', train=True, download=True, transform=transform)
testset = torchvision.datasets.MNIST(root='./data', train=False, download=True, transform=transform)
small = torch.utils.data.Subset(trainset, range(320))  # the whole takes ages on my laptop
trainloader = torch.utils.data.DataLoader(small, batch_size=16, shuffle=True, num_workers=2)
testloader = torch.utils.data.DataLoader(torch.utils.data.Subset(testset, range(160)), batch_size=16, shuffle=False, num_workers=2)

def load_mnist():
    return trainset, testset

# %%
def build_optimizer(name, params, lr):
    if name.lower() == 'sgd':
        return optim.SGD(params, lr=lr, momentum=0.9)
    elif name.lower() == 'adam':
        return optim.Adam(params, lr=lr)

def build_scheduler(optimizer, num_epochs):
    return optim.lr_scheduler.MultiStepLR(optimizer, [num_epochs - 1], gamma=0.01)

def accuracy(model, loader):
    model.eval()
    correct = 0
    total = 0
    with torch.no_grad():
        for data in loader:
            images, labels = data[0].to(device), data[1].to(device)
            outputs = model(images)
            _, predicted = torch.max(outputs.data, 1)
            total += labels.size(0)
            correct += (predicted == labels).sum().item()
    model.train()
    return correct / total

steps_list, train_list, test_list, lr_list, loss_list, epoch_list = [], [], [], [], [], []
best_acc = 0

def train(model, trainloader, testloader, optimizer, scheduler, num_epochs, print_every=1000, model_file='model.pth'):
    global best_acc
    criterion = nn.CrossEntropyLoss()
    best_acc = 0
    s, tr, te, lrs, ls, es = [], [], [], [], [], []
    step = 0
    for epoch in range(num_epochs):
        running_loss = 0.0
        for i, data in enumerate(tqdm(trainloader), 0):
            inputs, labels = data[0].to(device), data[1].to(device)
            optimizer.zero_grad()
            outputs = model(inputs)
            loss = criterion(outputs, labels)
            loss.backward()
            optimizer.step()
            step += 1
            running_loss += loss.item()
            if i % print_every == print_every - 1:
                print('[%d, %5d] loss: %.3f' % (epoch + 1, i + 1, running_loss / print_every))
                s.append(step); es.append(epoch); ls.append(running_loss / print_every)
                tr.append(accuracy(model, trainloader)); te.append(accuracy(model, testloader))
                lrs.append(scheduler.get_last_lr())
                running_loss = 0.0
                if te[-1] > best_acc:
                    best_acc = te[-1]
                    torch.save(model.state_dict(), model_file)
        scheduler.step()
    return s, tr, te, lrs, ls, es

# %%
optimizer = build_optimizer('sgd', model.parameters(), 0.001)
scheduler = build_scheduler(optimizer, 1)
history = train(model, trainloader, testloader, optimizer, scheduler, 1, 20, 'sgd.pth')
print('Finished Training', best_acc)
