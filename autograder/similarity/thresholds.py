"""From which share on sources are similar, for the process that compares them and for the page that says so."""

REPORTED = 0.6  # share from which a pair is reported; docs/decisions/0009-similarity.md has the measurements
FEWEST_LINES = 8  # two people easily write the same few lines
COMMON_SHARE, COMMON_LEAST = 0.25, 10  # code that more of the class has belongs to nobody, as with MOSS's -m
