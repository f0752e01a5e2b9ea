"""The page of a class: its results, and the hand-ins that a person should look at."""
