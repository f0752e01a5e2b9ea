"""The students' zip: template, data, and the visible tests to run at home."""
