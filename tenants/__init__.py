"""Offices, departments, people, posts, custody, calendars and rules: the shared data of a region."""
