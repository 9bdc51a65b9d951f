"""One of several processes that hand over, object and report as fast as they can. Run by test_race.

Arguments: seed, seconds, case ids. Prints {verb: times done}; every refusal is fine, every other error is not.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from random import Random
from uuid import UUID


def main() -> None:
    seed, seconds, cases = int(sys.argv[1]), float(sys.argv[2]), [UUID(text) for text in sys.argv[3].split(",")]
    import django

    django.setup()
    from kernel.errors import HuiyinError
    from tests.cases.crowd import Crowd

    crowd, luck, done = Crowd(), Random(seed), Counter[str]()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        case_id = luck.choice(cases)
        choice = crowd.open_choice(luck, case_id)
        if choice is None:
            continue
        try:
            crowd.call(luck, choice[0], choice[1], case_id, propose=choice[2])
        except HuiyinError:
            done["refused"] += 1
        else:
            done[choice[1]] += 1
    print(json.dumps(done))


if __name__ == "__main__":
    main()
