"""Files, archives and processes, handled so that nothing is left half done."""
