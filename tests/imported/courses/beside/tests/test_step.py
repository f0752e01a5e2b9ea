import pathlib

import torch
from submitted import double, step


def test_double():
    assert double(3) == 6


def test_step():
    network = torch.nn.Linear(2, 1)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    before = network.weight.clone()
    step(network, optimizer, network(torch.ones(3, 2)).sum())
    assert not torch.equal(before, network.weight)
    assert pathlib.Path(__file__).is_file()
