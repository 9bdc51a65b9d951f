"""Pages of the office itself: departments, people, posts, calendar and rules (R19), and who read what (R20)."""
