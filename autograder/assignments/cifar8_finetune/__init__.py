"""Eight CIFAR-10 classes: a data set, a loader, a frozen ResNet-18 and a new head."""
