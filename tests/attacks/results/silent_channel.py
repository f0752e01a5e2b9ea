"""FAILED (crashed): patches the harness's own channel so that no answer is sent."""

from autograder.inside.channel import Channel
from honest import *

Channel.send = lambda channel, message: None
