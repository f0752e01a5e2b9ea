"""Makes the four places of a new assignment, from files that work as they are."""
