"""The grading of one upload, whose results stay valid at every moment."""
