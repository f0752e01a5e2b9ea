"""The data that cross the border of the sandbox, and their form."""
