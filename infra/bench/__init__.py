"""`make bench`: what the work costs, each figure beside a floor of the same run on this machine, in build/bench.json."""
