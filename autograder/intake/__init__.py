"""Takes what a student uploaded and makes a submission of it."""
