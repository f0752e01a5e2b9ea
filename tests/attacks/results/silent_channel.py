"""FAILED (crashed): patches the harness's own channel so that no answer is sent."""

from honest import *

from autograder.worker.channel import Channel

Channel.send = lambda channel, message: None
