"""How long screens take on the demo world: switching and rerunning as one user (targets p95 500 ms and 250 ms), rerunning as 50 (p95 250 ms).

Seconds from the message that a browser sends to the end of the script's run; drawing in the browser comes on top. Beside them the CPU time
that the web process took for each rerun: what to compare two versions by, as it changes least with what else the machine does.
"""

import asyncio
import random
import time

from _demo import fresh_data, quantile, running
from _screens import SCREENS, Tab, cookies, cpu_seconds, web_below

ROUNDS = 12
PEOPLE = 50
THINK_SECONDS = 2.0
SECONDS = 40


async def alone(url: str, cookie: str, web: int | None) -> None:
    """One user: every screen in turn, then each one again five times."""
    tab = await Tab.open(url, cookie)
    for screen in SCREENS:
        await tab.run(screen)  # the first look at each fills caches, as somebody else's visit would have
    switches: dict[str, list[float]] = {screen: [] for screen in SCREENS}
    reruns: dict[str, list[float]] = {screen: [] for screen in SCREENS}
    used = dict.fromkeys(SCREENS, 0.0)
    for _ in range(ROUNDS):
        for screen in SCREENS:
            switches[screen].append(await tab.run(screen))
            before = cpu_seconds(web)
            reruns[screen] += [await tab.run(screen) for _ in range(3)]
            used[screen] += cpu_seconds(web) - before
    print(f"{'screen':18} switch p50   p95    rerun p50   p95   CPU   (ms)")
    for screen in SCREENS:
        a, b = switches[screen], reruns[screen]
        print(
            f"{screen:18} {quantile(a, 0.5) * 1e3:8.0f} {quantile(a, 0.95) * 1e3:7.0f}"
            f" {quantile(b, 0.5) * 1e3:9.0f} {quantile(b, 0.95) * 1e3:7.0f} {used[screen] / len(b) * 1e3:5.1f}"
        )
    every = [seconds for times in switches.values() for seconds in times]
    again = [seconds for times in reruns.values() for seconds in times]
    print(f"one user: switch p95 {quantile(every, 0.95) * 1e3:.0f} ms (target 500), ", end="")
    print(
        f"rerun p95 {quantile(again, 0.95) * 1e3:.0f} ms (target 250), screens with an exception: {tab.failed}"
    )
    await tab.close()


async def arrive(url: str, cookie: str, dice: random.Random) -> Tab:
    """Open a tab on some screen."""
    tab = await Tab.open(url, cookie)
    await tab.run(dice.choice(SCREENS))
    return tab


async def look(tab: Tab, dice: random.Random, until: float, times: list[float]) -> None:
    """Think, look again at the same screen, and so on."""
    await asyncio.sleep(dice.uniform(0, THINK_SECONDS))
    while time.monotonic() < until:
        times.append(await tab.run(tab.where))
        await asyncio.sleep(dice.uniform(0.5, 1.5) * THINK_SECONDS)


async def crowd(url: str, held: list[str], web: int | None) -> None:
    """Fifty people at once, measured once everybody is in."""
    dice = [random.Random(number) for number in range(len(held))]  # noqa: S311  who looks at what, not a secret
    tabs = [await arrive(url, cookie, one) for cookie, one in zip(held, dice, strict=True)]
    times: list[float] = []
    until, before = time.monotonic() + SECONDS, cpu_seconds(web)
    await asyncio.gather(*(look(tab, one, until, times) for tab, one in zip(tabs, dice, strict=True)))
    used = (cpu_seconds(web) - before) / len(times)
    print(
        f"{len(held)} people, think {THINK_SECONDS:.0f} s, {len(times)} reruns: p50 {quantile(times, 0.5) * 1e3:.0f} ms, "
        f"p95 {quantile(times, 0.95) * 1e3:.0f} ms (target 250), "
        f"CPU of the web process {used * 1e3:.1f} ms a rerun, exceptions shown: {sum(tab.failed for tab in tabs)}"
    )
    for tab in tabs:
        await tab.close()


with fresh_data() as data, running(data) as demo:
    held = cookies(str(data), PEOPLE)
    web = web_below(demo.process.pid)
    asyncio.run(alone(demo.url, held[0], web))
    asyncio.run(crowd(demo.url, held, web))
