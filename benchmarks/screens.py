"""How long screens take on the demo world: switching and rerunning as one user (targets p95 500 ms and 250 ms), rerunning as 50 (p95 250 ms).

Seconds from the message that a browser sends to the end of the script's run; drawing in the browser comes on top.
"""

import asyncio
import random
import time

from _demo import fresh_data, quantile, running
from _screens import SCREENS, Tab, cookies

ROUNDS = 12
PEOPLE = 50
THINK_SECONDS = 2.0
SECONDS = 40


async def alone(url: str, cookie: str) -> None:
    """One user: every screen in turn, then each one again five times."""
    tab = await Tab.open(url, cookie)
    for screen in SCREENS:
        await tab.run(screen)  # the first look at each fills caches, as somebody else's visit would have
    switches: dict[str, list[float]] = {screen: [] for screen in SCREENS}
    reruns: dict[str, list[float]] = {screen: [] for screen in SCREENS}
    for _ in range(ROUNDS):
        for screen in SCREENS:
            switches[screen].append(await tab.run(screen))
            reruns[screen] += [await tab.run(screen) for _ in range(3)]
    print(f"{'screen':18} switch p50   p95    rerun p50   p95   (ms)")
    for screen in SCREENS:
        a, b = switches[screen], reruns[screen]
        print(
            f"{screen:18} {quantile(a, 0.5) * 1e3:8.0f} {quantile(a, 0.95) * 1e3:7.0f}"
            f" {quantile(b, 0.5) * 1e3:9.0f} {quantile(b, 0.95) * 1e3:7.0f}"
        )
    every = [seconds for times in switches.values() for seconds in times]
    again = [seconds for times in reruns.values() for seconds in times]
    print(f"one user: switch p95 {quantile(every, 0.95) * 1e3:.0f} ms (target 500), ", end="")
    print(
        f"rerun p95 {quantile(again, 0.95) * 1e3:.0f} ms (target 250), screens with an exception: {tab.failed}"
    )
    await tab.close()


async def person(url: str, cookie: str, seed: int, until: float, times: list[float]) -> int:
    """Look at a screen, think, look again; now and then at another one. Answers how often an exception was shown."""
    dice = random.Random(seed)  # noqa: S311  who looks at what, not a secret
    tab = await Tab.open(url, cookie)
    screen = dice.choice(SCREENS)
    await tab.run(screen)
    while time.monotonic() < until:
        await asyncio.sleep(dice.uniform(0.5, 1.5) * THINK_SECONDS)
        times.append(await tab.run(screen))
    await tab.close()
    return tab.failed


async def crowd(url: str, held: list[str]) -> None:
    """Fifty people at once."""
    times: list[float] = []
    until = time.monotonic() + SECONDS
    failed = await asyncio.gather(*(person(url, cookie, n, until, times) for n, cookie in enumerate(held)))
    print(
        f"{len(held)} people, think {THINK_SECONDS:.0f} s, {len(times)} reruns: p50 {quantile(times, 0.5) * 1e3:.0f} ms, "
        f"p95 {quantile(times, 0.95) * 1e3:.0f} ms (target 250), exceptions shown: {sum(failed)}"
    )


with fresh_data() as data, running(data) as demo:
    held = cookies(str(data), PEOPLE)
    asyncio.run(alone(demo.url, held[0]))
    asyncio.run(crowd(demo.url, held))
