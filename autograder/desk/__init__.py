"""The web page at which people grade a class together with the harness."""
