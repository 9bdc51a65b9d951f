"""The real-time process: `python -m realtime --port 8001`."""

from realtime.server import main

main()
