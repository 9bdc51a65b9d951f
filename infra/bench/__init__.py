"""`make bench`: what the work costs, each figure beside a floor of the same run; build/bench.json keeps them."""
