"""Tables of the names that coursework does not need.

`os.fork` stands for that name and everything below it; `gc.` for everything in the module, but not for its import.
"""

from autograder.model.construct import ConstructKind as Kind

PATCHED_OF_TORCH = (  # the second registers operators
    "overrides", "library", "utils._python_dispatch", "nn.modules.module.register_module_forward_hook",
    "nn.modules.module.register_module_forward_pre_hook", "nn.modules.module.register_module_full_backward_hook",
)  # fmt: skip
NAMES: dict[Kind, str] = {
    Kind.INTERNALS: """
        sys._getframe sys._getframemodulename sys._current_frames sys._current_exceptions sys.settrace sys.setprofile
        sys.monitoring sys.addaudithook threading.settrace threading.setprofile
        threading._active threading.excepthook sys.excepthook sys.unraisablehook inspect.currentframe inspect.stack
        inspect.trace inspect.getouterframes inspect.getinnerframes inspect.getclosurevars traceback.walk_stack
        traceback.walk_tb traceback.extract_stack types.FrameType types.TracebackType bdb pdb trace""",
    Kind.COLLECTOR: "gc.",
    Kind.NATIVE: """
        ctypes _ctypes cffi mmap numpy.ctypeslib torch.utils.cpp_extension torch.ops.load_library
        torch.classes.load_library multiprocessing.shared_memory numba.cfunc""",
    Kind.DESCRIPTORS: """
        os.read os.write os.open os.close os.closerange os.dup os.dup2 os.pipe os.pipe2 os.fdopen os.pread os.pwrite
        os.preadv os.pwritev os.readv os.writev os.lseek os.sendfile os.splice os.copy_file_range os.memfd_create
        os.ftruncate os.fchmod os.fchdir os.fsync os.fstat os.eventfd os.openpty os.mkfifo os.mknod os.lockf
        os.set_inheritable os.set_blocking os.ttyname fcntl termios select selectors io.FileIO _io""",
    Kind.SIGNALS: "signal faulthandler atexit os.kill os.killpg os._exit os.abort os.pidfd_open _thread",
    Kind.PROCESSES: """
        subprocess os.system os.popen os.fork os.forkpty os.spawn os.posix_spawn os.posix_spawnp os.spawnl os.spawnle
        os.spawnlp os.spawnv os.spawnve os.spawnvp os.execl os.execle os.execlp os.execv os.execve os.execvp
        os.execvpe os.wait os.waitpid os.waitid os.setsid os.setuid os.setresuid os.ptrace os.setns os.unshare
        os.chroot os.nice os.setpriority os.sched_setaffinity os.register_at_fork pty resource pexpect psutil
        multiprocessing.Process multiprocessing.Pool multiprocessing.pool multiprocessing.Manager
        multiprocessing.managers multiprocessing.Pipe multiprocessing.Queue multiprocessing.connection
        multiprocessing.spawn multiprocessing.process multiprocessing.active_children multiprocessing.parent_process
        multiprocessing.resource_tracker multiprocessing.reduction concurrent.futures.ProcessPoolExecutor
        concurrent.futures.process joblib asyncio.create_subprocess_exec asyncio.create_subprocess_shell""",
    Kind.NETWORK: """
        socket ssl socketserver http.client http.server urllib.request urllib3 requests httpx aiohttp ftplib smtplib
        poplib imaplib telnetlib xmlrpc paramiko websocket websockets webbrowser asyncio.open_connection
        asyncio.start_server torch.distributed.init_process_group torch.distributed.rpc""",
    Kind.DATA: "base64 binascii zlib lzma bz2 gzip.decompress bytes.fromhex bytearray.fromhex codecs.decode quopri uu",
    Kind.EVALUATION: """
        builtins.exec builtins.eval builtins.compile builtins.__import__ marshal pickle.Unpickler
        pickle._Unpickler dill cloudpickle shelve copyreg types.CodeType types.FunctionType runpy code codeop imp
        importlib.machinery importlib.util.spec_from_file_location importlib.util.module_from_spec
        importlib.util.spec_from_loader importlib.abc zipimport sys.meta_path sys.path_hooks
        sys.path_importer_cache""",
    Kind.PATCHED: " ".join(
        ["sys.modules sys.__stdout__ sys.__stderr__ unittest.mock", *(f"torch.{name}" for name in PATCHED_OF_TORCH)]
    ),
    Kind.GRADER: "autograder gradescope_utils __main__ sitecustomize usercustomize",
}
HONEST = ("gc.collect", "gc.enable", "gc.disable", "gc.isenabled")  # students free GPU memory with these
OTHER_NAMES = {  # a module's other name to the one in the table
    "posix": "os", "nt": "os", "_socket": "socket", "_signal": "signal", "_pickle": "pickle",
    "_posixsubprocess": "subprocess", "torch.multiprocessing": "multiprocessing", "__builtins__": "builtins",
    "_frozen_importlib_external": "importlib.machinery", "_frozen_importlib": "importlib.machinery",
}  # fmt: skip
BORROWED = ("os", "sys", "builtins", "gc", "inspect", "subprocess", "ctypes")  # reached through others: `random._os`
ATTRIBUTES: dict[Kind, str] = {  # on any object
    Kind.INTERNALS: """
        f_back f_locals f_globals f_builtins f_code tb_frame tb_next gi_frame gi_code cr_frame cr_code ag_frame ag_code
        __globals__ __subclasses__ __builtins__ __closure__ cell_contents __code__ __traceback__ _getframe
        __loader__ __self_class__""",
    Kind.NATIVE: "ctypes __array_interface__ __array_struct__",
    Kind.EVALUATION: "__reduce__ __reduce_ex__ __import__",
    Kind.PATCHED: "__torch_function__ __torch_dispatch__ __instancecheck__",
}
CALLED = ("exec", "eval", "compile", "__import__")  # as a bare name: `model.eval()` is another
FOLDERS: dict[Kind, str] = {  # a text that begins so
    Kind.DESCRIPTORS: "/proc /dev/fd /dev/shm /dev/mem /dev/std /sys/",
    Kind.GRADER: "/autograder autograder.",
}
PATCHABLE = (  # libraries whose attributes nobody sets
    "torch", "torchvision", "builtins", "sys", "os", "numpy", "random", "time", "inspect", "io", "json", "msgspec",
    "gc", "importlib", "unittest", "threading", "functools", "copy", "math", "struct", "socket",
)  # fmt: skip
SETTINGS = ("torch.backends", "sys.argv", "sys.dont_write_bytecode", "torchvision.models.resnet.model_urls")
PROBES = "probe_"  # modules whose names begin so

# A number for each of 100 classes fits; the labels of a held-out set, or the values of a thumbnail, do not.
LONGEST_TABLE = 128
# Coursework's texts have spaces; the longest address or path is below it. 32 by 32 bits in hexadecimal fill it.
LONGEST_WORD = 256
LONGEST_BYTES = 128  # the marks that tell file types apart have 16 at most
LONGEST_INTEGER = 10**40  # 128 bits of a seed fit
LONGEST_RUN = 1000  # characters without a space in a line, in a comment for example


def kinds_by(table: dict[Kind, str]) -> dict[str, Kind]:
    """Return a table of words with the kind of each."""
    return {word: kind for kind, words in table.items() for word in words.split()}
