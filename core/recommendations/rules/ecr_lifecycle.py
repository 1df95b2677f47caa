"""Repositories that keep every image ever pushed."""

from decimal import Decimal

from core.inventory import Repository
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule

GIB = 1 << 30


@rule(
    title="Let repositories forget images without a tag",
    why="Each push that moves a tag leaves the image before it behind, and only a lifecycle policy clears it away.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.NEVER,
    lever=Lever.STORAGE,
    by_hand="aws ecr put-lifecycle-policy --repository-name NAME --lifecycle-policy-text with a rule that expires images with "
    '"tagStatus": "untagged" after 14 days; aws ecr start-lifecycle-policy-preview shows before what would go.',
    reads=("ecr:DescribeRepositories", "ecr:GetLifecyclePolicy", "ecr:DescribeImages"),
    peers=("Trusted Advisor: no lifecycle policy", "Thrifty: not pulled for 90 days"),
    options=(Option("least", 0.5, "USD a month", "Savings below this are not worth a policy."),),
)
def ecr_lifecycle(repository: Repository, facts: Facts) -> Finding | Undetermined | None:
    """Images share layers, so that the untagged ones' share is the most that can be saved."""
    if repository.has_lifecycle is None:
        return Undetermined("Its lifecycle policy could not be read.")
    if repository.has_lifecycle:
        return None
    if repository.stored_bytes is None or repository.untagged_bytes is None:
        return Undetermined("Which of its images have no tag could not be told.")
    if repository.untagged_bytes == 0:
        return None
    cost = facts.cost(repository)
    saving = cost.monthly * Decimal(repository.untagged_bytes) / Decimal(repository.stored_bytes)
    if saving < facts.option("least"):
        return None
    return Finding(
        because=f"No lifecycle policy; {repository.untagged_bytes / GIB:,.1f} of {repository.stored_bytes / GIB:,.1f} GB are images "
        "without a tag, which nothing can pull by name. They share layers with others, so this is the most it saves. Check that "
        "no task definition or pod names an image by its digest.",
        saving=saving,
        cost=cost,
        evidence={
            "untagged_gb": f"{repository.untagged_bytes / GIB:,.1f}",
            "stored_gb": f"{repository.stored_bytes / GIB:,.1f}",
        },
    )
