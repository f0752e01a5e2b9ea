"""DataLoaders without worker processes, which need sockets, and shared memory for their batches."""

from typing import Any

from torch.utils.data import DataLoader

ONLY_WITH_WORKERS = ("prefetch_factor", "persistent_workers", "multiprocessing_context", "timeout", "worker_init_fn")
PLACE_OF_WORKERS = 5  # of `num_workers` among the positional arguments


def do_without_workers() -> None:
    """From now on every DataLoader of this process fetches its batches itself, whatever its arguments say."""
    plain = DataLoader.__init__

    def without(self: DataLoader[Any], *positional: Any, **named: Any) -> None:
        positional = (*positional[:PLACE_OF_WORKERS], *(0 for _ in positional[PLACE_OF_WORKERS : PLACE_OF_WORKERS + 1]))
        kept = {name: value for name, value in named.items() if name not in (*ONLY_WITH_WORKERS, "num_workers")}
        plain(self, *positional, **kept)

    DataLoader.__init__ = without  # type: ignore[method-assign]
