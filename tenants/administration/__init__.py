"""What an office's administrator does: each function is one transaction and leaves a Change."""
