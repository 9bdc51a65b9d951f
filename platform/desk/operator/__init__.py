"""Pages of whoever runs the platform: offices, what is asked for them, queues, health. On the public host only."""
