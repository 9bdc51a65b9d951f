"""What starts, stops and builds: the embedded servers, the demo's processes, the browser's assets."""
