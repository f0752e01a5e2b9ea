"""A whole class: what became of each hand-in, and what the class understood."""
