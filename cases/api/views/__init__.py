"""Parse the shape, call the action or the question, serialise."""
