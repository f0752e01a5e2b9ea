"""Lists constructs in a submission's source that coursework does not need; parses the source and never runs it."""
