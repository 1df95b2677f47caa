"""What scaling, pausing and stopping does to the demo cloud: bill and metrics follow, and a restart finds it so."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.inventory import (
    AutoScalingGroup,
    ContainerService,
    Database,
    DatabaseCluster,
    DataWarehouse,
    Instance,
    NodeGroup,
    Volume,
)
from core.periods import midnight
from tests.demo.scaled import (
    DAY,
    EVENING,
    LATER,
    MORNING,
    PUT_BACK,
    SHORT,
    STAYED,
    Demo,
    back,
    down,
    make_nodes,
    woken,
)


def spans(hours: Iterable[datetime]) -> list[tuple[datetime, datetime]]:
    """Hours without a gap as first and end."""
    found: list[tuple[datetime, datetime]] = []
    for at in hours:
        if found and found[-1][1] == at:
            found[-1] = (found[-1][0], at + timedelta(hours=1))
        else:
            found.append((at, at + timedelta(hours=1)))
    return found


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A day and a night of it, and what was collected on the way."""
    with pytest.MonkeyPatch.context() as patch:
        for owner, name in PUT_BACK:
            patch.setattr(owner, name, getattr(owner, name))
        for demo in woken(tmp_path_factory.mktemp("demo")):
            demo.go_to(midnight(DAY) + timedelta(hours=6))
            make_nodes(demo)
            demo.collect(midnight(DAY))
            demo.go_to(EVENING)
            demo.do(down)
            demo.collect(EVENING)
            demo.go_to(MORNING)
            demo.do(back)
            demo.go_to(LATER)
            demo.collect(LATER)
            yield demo


def members(demo: Demo, name: str, at: datetime) -> list[Instance]:
    return [one for one in demo.all(Instance, "", at) if one.autoscaling_group == name]


def test_a_group_that_is_scaled_to_nothing_costs_and_says_nothing_until_it_comes_back(demo: Demo) -> None:
    before, after = members(demo, "workers", midnight(DAY)), members(demo, "workers", LATER)

    assert members(demo, "workers", EVENING) == []
    assert (len(before), len(after)) == (3, 2)
    for one in before:
        assert demo.billed(one, "ec2:c6g.medium") == {25: 18}
        assert spans(demo.hours(one)) == [(midnight(DAY), EVENING)]
    for one in after:
        assert demo.billed(one, "ec2:c6g.medium") == {26: SHORT, 27: STAYED}
        assert spans(demo.hours(one)) == [(MORNING, LATER)]


def test_what_a_group_launches_is_like_what_it_had_before(demo: Demo) -> None:
    before, after = (members(demo, "workers", at)[0] for at in (midnight(DAY), LATER))
    (was,), (now,) = (
        [one for one in demo.all(Volume, "workers", at) if one.attached_to == machine.id]
        for at, machine in ((midnight(DAY), before), (LATER, after))
    )

    assert (after.type, after.architecture, after.state) == (before.type, before.architecture, "running")
    assert after.tags == {**before.tags, "Name": "workers"}
    assert after.launched_at is not None
    assert abs(after.launched_at - MORNING) < timedelta(minutes=1)
    assert replace(now, id="", attached_to=None, name=was.name, tags=was.tags, created_at=None) == replace(
        was, id="", attached_to=None, created_at=None
    )
    assert demo.billed(was, "ebs:gp3").keys() == {25}
    assert demo.billed(now, "ebs:gp3").keys() == {26, 27}
    assert (was.name, now.name) == (f"{before.name}/root", "workers/root")
    assert demo.hours(now, "read_ops").keys() == demo.hours(after).keys()
    left = {one.attached_to for one in demo.all(Volume, "workers")}
    assert left == {one.id for one in members(demo, "workers", LATER)}, "no disk is left behind"


def test_a_group_loses_its_oldest_members_and_new_ones_do_as_much(demo: Demo) -> None:
    before, down, after = (members(demo, "faq", at) for at in (midnight(DAY), EVENING, LATER))
    fresh = [one for one in after if one not in down]

    assert down == sorted(sorted(before, key=lambda one: str(one.launched_at))[2:], key=lambda one: one.id)
    assert len(fresh) == 2
    for one in fresh:
        done = demo.hours(one).values()
        assert 9 <= min(done) <= max(done) <= 15, "as the shape of the group has it"


def test_a_service_without_tasks_costs_and_says_nothing_and_with_more_of_them_costs_more(demo: Demo) -> None:
    (before,), (down,), (after,) = (
        demo.all(ContainerService, "stage-catalog", at) for at in (midnight(DAY), EVENING, LATER)
    )

    assert [one.running for one in (before, down, after)] == [2, 0, 3]
    assert demo.billed(after, "fargate:vcpu-arm") == {25: 2 * 18, 26: 3 * SHORT, 27: 3 * STAYED}
    assert demo.billed(after, "fargate:gb-arm") == {25: 4 * 18, 26: 6 * SHORT, 27: 6 * STAYED}
    assert spans(demo.hours(after)) == [(midnight(DAY), EVENING), (MORNING, LATER)]


def test_a_paused_warehouse_costs_and_says_nothing_until_it_is_resumed(demo: Demo) -> None:
    (down,), (after,) = (demo.all(DataWarehouse, "bi", at) for at in (EVENING, LATER))

    assert (down.state, after.state) == ("paused", "available")
    assert demo.billed(after, "redshift:dc2.large") == {25: 18, 26: SHORT, 27: STAYED}
    assert spans(demo.hours(after)) == [(midnight(DAY), EVENING), (MORNING, LATER)]


def test_nodes_come_and_go_with_the_size_of_their_node_group(demo: Demo) -> None:
    (group,) = demo.all(NodeGroup, "night-owls", midnight(DAY))
    (name,) = group.groups
    before, after = members(demo, name, midnight(DAY)), members(demo, name, LATER)
    (scaled,) = demo.all(AutoScalingGroup, name)

    assert (len(before), members(demo, name, EVENING), len(after)) == (2, [], 1)
    assert (scaled.smallest, scaled.desired, scaled.largest) == (1, 1, 4)
    assert [demo.billed(one, "ec2:m5.large") for one in before] == [{25: 12}] * 2
    assert demo.billed(after[0], "ec2:m5.large") == {26: SHORT, 27: STAYED}
    assert spans(demo.hours(after[0])) == [(MORNING, LATER)]


def test_a_cluster_of_databases_is_stopped_with_its_instances(demo: Demo) -> None:
    (cluster,), (down,), (after,) = (
        demo.all(DatabaseCluster, "reviews", EVENING),
        demo.all(Database, "reviews", EVENING),
        demo.all(Database, "reviews", LATER),
    )

    assert (cluster.state, down.state, after.state) == ("stopped", "stopped", "available")
    assert demo.billed(after, "docdb:db.t3.medium") == {25: 18, 26: SHORT, 27: STAYED}
    assert spans(demo.hours(after)) == [(midnight(DAY), EVENING), (MORNING, LATER)]


def test_a_restart_finds_everything_as_it_was_left(demo: Demo) -> None:
    known = demo.cloud.lookout.changes
    for again in woken(demo.data):
        again.collect(LATER)
        for key, one in demo.seen[LATER].items():  # moto dates buckets and groups by the machine's clock
            assert replace(again.seen[LATER][key], created_at=None) == replace(one, created_at=None)
        assert again.cloud.lookout.changes == known
        for one in members(again, "workers", LATER):
            assert spans(again.hours(one)) == [(MORNING, LATER)]
