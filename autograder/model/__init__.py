"""Values that modules hand to each other: one frozen class for each noun."""
