"""How long a first and a second start take until `/health` answers and until the demo says it is ready, and how long its cloud takes to be seeded.

Targets: second start to healthy <= 15 s, the cloud seeded in 10 s.
"""

import re
import time
from pathlib import Path

from _demo import fresh_data, running


def seeded(data: Path) -> str:
    """Seconds of each step of the demo cloud's first start, as its log has them."""
    log = (data / "logs" / "cloud.log").read_text()
    return ", ".join(
        f"{step} {seconds} s" for step, seconds in re.findall(r"demo cloud: ([^\"]+) took ([0-9.]+) s", log)
    )


with fresh_data() as data:
    began = time.monotonic()
    with running(data) as demo:
        print(
            f"first start: healthy after {demo.seconds_to_healthy:.1f} s, filled after {time.monotonic() - began:.1f} s"
        )
    print(f"its cloud: {seeded(data)} (target 10 s together)")
    times = []
    for _ in range(3):
        with running(data) as demo:
            times.append(demo.seconds_to_healthy)
    print(
        "second start: healthy after " + ", ".join(f"{seconds:.1f} s" for seconds in times) + " (target 15 s)"
    )
