"""Search domains in which nobody searches."""

from core.inventory import SearchDomain
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule


@rule(
    title="Delete search domains that nobody uses",
    why="A search domain bills its nodes and their storage by the hour, searched or not; a snapshot in S3 keeps its indices.",
    effort=Effort.MEDIUM,
    risk=Risk.HIGH,
    undo=Undo.COSTLY,
    lever=Lever.REMOVE,
    by_hand="Register a repository in S3 and take a snapshot (`PUT _snapshot/REPOSITORY/final`): automatic ones go with the domain. Then: "
    "`aws opensearch delete-domain --domain-name NAME`.",
    reads=("es:ListDomainNames", "es:DescribeDomains", "cloudwatch:GetMetricData"),
    peers=("Finala: no activity in 7 days",),
    options=(
        Option("days", 14, "days", "How long nobody may have searched or indexed.", lookback=True),
        Option("searches", 10, "in an hour", "More than its own upkeep searches in any hour."),
        Option("indexed", 10, "in an hour", "More than its own upkeep indexes in any hour."),
    ),
)
def opensearch_idle(domain: SearchDomain, facts: Facts) -> Finding | None:
    """Dashboards left open search now and then: such a domain is not idle by this rule."""
    if domain.state != "Active":
        return None
    days = facts.option("days")
    searches = facts.watched(domain, "searches", days).highest
    indexed = facts.watched(domain, "indexed", days).highest
    if searches > facts.option("searches") or indexed > facts.option("indexed"):
        return None
    cost = facts.cost(domain)
    return Finding(
        because=f"In no hour of {days:.0f} days were there more than {searches:.0f} searches and {indexed:.0f} documents indexed on its "
        f"{domain.instances} {domain.instance_type} nodes. Ask whether it is kept for its logs.",
        saving=cost.monthly,
        cost=cost,
        evidence={
            "metrics": [
                {
                    "metric": "searches",
                    "maximum": searches,
                    "unit": "an hour",
                    "threshold": facts.option("searches"),
                },
                {
                    "metric": "indexed",
                    "maximum": indexed,
                    "unit": "an hour",
                    "threshold": facts.option("indexed"),
                },
            ],
            "days": days,
        },
    )
