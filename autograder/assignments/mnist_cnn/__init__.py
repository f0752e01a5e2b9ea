"""An exactly specified CNN on MNIST, its training, and a ResNet-18 on Fashion-MNIST as a bonus."""
