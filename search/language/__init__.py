"""What people type, how words are compared, and where in a text they stand."""
