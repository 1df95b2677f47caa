"""How long a first and a second start take until `/health` answers and until the demo says it is ready. Target: second start to healthy <= 15 s."""

import time

from _demo import fresh_data, running

with fresh_data() as data:
    began = time.monotonic()
    with running(data) as demo:
        print(
            f"first start: healthy after {demo.seconds_to_healthy:.1f} s, filled after {time.monotonic() - began:.1f} s"
        )
    times = []
    for _ in range(3):
        with running(data) as demo:
            times.append(demo.seconds_to_healthy)
    print(
        "second start: healthy after " + ", ".join(f"{seconds:.1f} s" for seconds in times) + " (target 15 s)"
    )
