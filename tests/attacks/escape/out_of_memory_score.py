"""BLOCKED: makes the kernel end somebody else when memory runs out."""

from attempts import TARGETS, attempt
from honest import *

attempt("own", lambda: open("/proc/self/oom_score_adj", "w").write("0"))
attempt("grader's", lambda: open(f"/proc/{TARGETS['grader_pid']}/oom_score_adj", "w").write("1000"))
attempt("zygote's", lambda: open(f"/proc/{TARGETS['zygote_pid']}/oom_score_adj", "w").write("1000"))
