"""Search for other systems: the box, who and what is like, one's own searches, by the functions the pages call."""
