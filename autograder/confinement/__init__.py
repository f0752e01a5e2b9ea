"""The kernel's layers that confine a process: namespaces, Landlock, the system-call filter."""
