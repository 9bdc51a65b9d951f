"""What the API tells: a case in a list, a case in full, and what hangs on it. Personal data is masked."""
