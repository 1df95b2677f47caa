"""Search domains on instances that newer ones undercut."""

import re
from collections.abc import Mapping

from core.figures import unrounded
from core.inventory import SearchDomain
from core.recommendations.classes import parsed
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import rule
from core.savings import Cost, MoneyFrom, changing

FAMILIES: Mapping[str, str] = {"m4": "m6g", "m5": "m6g", "r4": "r6g", "r5": "r6g", "c4": "c6g", "c5": "c6g"}
_GRAVITON_SINCE = (7, 9)
"""Elasticsearch that runs on Graviton (Amazon OpenSearch Service, supported instance types); every OpenSearch does."""
_ENGINE = re.compile(r"(OpenSearch|Elasticsearch)_(\d+)\.(\d+)")


@rule(
    title="Move search domains to current instances",
    why="Graviton instances of the same size cost about a tenth less, and more than that against the oldest.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.EASY,
    lever=Lever.SIZE,
    by_hand="In a quiet hour: `aws opensearch update-domain-config --domain-name NAME --cluster-config InstanceType=TYPE`; it deploys blue/green.",
    reads=("es:ListDomainNames", "es:DescribeDomains"),
    peers=("CID: 5% of the cost for Graviton, flat", "Thrifty: anything but the current generation"),
)
def opensearch_old_class(domain: SearchDomain, facts: Facts) -> Finding | Undetermined | None:
    """The same size of the Graviton family that follows; storage is left as it is."""
    now = parsed(domain.instance_type)
    engine = _ENGINE.fullmatch(domain.engine_version)
    if domain.state != "Active" or now.family not in FAMILIES:
        return None
    if engine is None:
        return Undetermined("Its engine's version is not known.")
    if engine[1] == "Elasticsearch" and (int(engine[2]), int(engine[3])) < _GRAVITON_SINCE:
        return None
    then = now.of_family(FAMILIES[now.family])
    before = facts.price(domain.region, f"opensearch:{now.name}")
    after = facts.price(domain.region, f"opensearch:{then.name}")
    instances = facts.part(domain, f"ESInstance:{now.type}")
    if instances <= 0:
        return Undetermined("The bill has no line for its instances yet.")
    saving = changing(Cost(instances, MoneyFrom.BILL), before, after)
    if saving <= 0:
        return None
    return Finding(
        because=f"{then.name} has the size of {now.name} and lists at {unrounded(after)} an hour instead of {unrounded(before)}; {domain.engine_version} runs on it.",
        saving=saving,
        cost=facts.cost(domain),
        part=instances,
        evidence={
            "prices": {"now_usd_per_hour": str(before), "then_usd_per_hour": str(after)},
            "from": now.name,
            "to": then.name,
            "instances": domain.instances,
        },
    )
