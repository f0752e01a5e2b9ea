"""A ResNet-18 for 32×32 images, with torchvision's parameter names.

It differs from torchvision's network in two places: the first convolution is 3×3 with
stride 1 (instead of 7×7 with stride 2), and the last layer has ten outputs. Nothing here
needs to be changed.

Source: He et al., "Deep Residual Learning for Image Recognition", 2016, section 4.2.
"""

import torch
from torch import nn


class BasicBlock(nn.Module):
    """Two 3×3 convolutions and a shortcut around them."""

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.downsample = None
        if stride != 1 or in_channels != out_channels:
            self.downsample = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        shortcut = x if self.downsample is None else self.downsample(x)
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.bn2(self.conv2(x))
        return self.relu(x + shortcut)


class ResNet(nn.Module):
    """Stem, four stages of two blocks, global average, linear classifier `fc`."""

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=1, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = nn.Sequential(BasicBlock(64, 64, 1), BasicBlock(64, 64, 1))
        self.layer2 = nn.Sequential(BasicBlock(64, 128, 2), BasicBlock(128, 128, 1))
        self.layer3 = nn.Sequential(BasicBlock(128, 256, 2), BasicBlock(256, 256, 1))
        self.layer4 = nn.Sequential(BasicBlock(256, 512, 2), BasicBlock(512, 512, 1))
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512, num_classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # (N, 3, 32, 32)
        x = self.relu(self.bn1(self.conv1(x)))  # (N, 64, 32, 32)
        x = self.maxpool(x)  # (N, 64, 16, 16)
        x = self.layer1(x)
        x = self.layer2(x)  # (N, 128, 8, 8)
        x = self.layer3(x)  # (N, 256, 4, 4)
        x = self.layer4(x)  # (N, 512, 2, 2)
        x = torch.flatten(self.avgpool(x), 1)  # (N, 512)
        return self.fc(x)  # (N, num_classes)


def resnet18(pretrained: bool = False, progress: bool = True, device: str = "cpu", **kwargs) -> ResNet:
    """Return the network, with random weights or with those of `resnet18.pt`.

    Args:
        pretrained: load `resnet18.pt` from the working directory.
        progress: accepted because torchvision's function has it; nothing is downloaded.
        device: where the weights are loaded to.
        **kwargs: passed on to `ResNet`, such as `num_classes`.
    """
    model = ResNet(**kwargs)
    if pretrained:
        model.load_state_dict(torch.load("resnet18.pt", map_location=device, weights_only=True))
    return model.to(device)
