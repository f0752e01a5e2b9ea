"""What a graded class becomes: a gradebook, import forms and a page."""
