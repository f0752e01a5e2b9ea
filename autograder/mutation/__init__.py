"""Changes programs on their syntax tree: mistakes that the suites must catch, and rewrites that must cost nothing."""
