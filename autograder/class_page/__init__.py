"""The page of a class: what it understood, and what a person should look at."""
