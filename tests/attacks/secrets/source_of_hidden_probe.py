"""INERT: looks for the source of hidden probes in the job of a visible one."""

import sys

from attempts import say
from honest import *

frame = sys._getframe()
while "job" not in frame.f_locals:
    frame = frame.f_back
job = frame.f_locals["job"]
others = {"points", "model", "training", "predictions"} - {job.function}
for text in (job.probe_source, *job.modules.values()):
    if any(f"def {name}(" in text for name in others):
        say(f"BREACH: the job of {job.function} holds another probe")
