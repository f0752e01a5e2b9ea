"""The gradebook of a class: tables for people, and the forms that platforms read."""
