"""An existing suite becomes an assignment: reads it without running it, writes the four places, tries the reference."""
