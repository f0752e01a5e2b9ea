"""Turns a notebook into a module, and a module into a notebook, as text: nothing here runs or imports the code."""
