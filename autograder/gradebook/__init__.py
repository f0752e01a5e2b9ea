"""The gradebook of a class: tables for people, and the files that platforms import."""
