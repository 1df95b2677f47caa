"""The tables of the Commitments screen: each with its waste, utilisation and expiry, and what is covered of what could be."""

from collections.abc import Sequence
from datetime import timedelta

from core.costs.commitments import Commitment, Covered, Standing, Term
from pages.ui import commitment_charts, states, tables
from pages.ui import format as fmt


def called(each: Commitment) -> str:
    """A commitment's name, or the end of its id."""
    return fmt.clean(each.name or each.id.rpartition("/")[2])


def ends(each: Commitment) -> str:
    """When its term ends, as far as is known."""
    if each.term is Term.ENDED:
        return f"by {fmt.day(each.last + timedelta(days=1))}"
    return fmt.day(each.expires.date()) if each.expires else fmt.UNKNOWN


def standing(found: Standing) -> Commitment | None:
    """Every commitment that the bill ever named; answers the one that was clicked."""
    waste, used, covered = (f"{name}, {found.currency}" for name in ("Waste", "Used", "Covers"))
    rows = found.commitments
    columns: dict[str, list[object]] = {
        "Commitment": [called(each) for each in rows],
        waste: [fmt.pixel(each.use.unused) for each in rows],
        "Utilisation": [commitment_charts.percent(each.utilisation) for each in rows],
        "Term": [fmt.sentence(each.term) for each in rows],
        "Expires": [ends(each) for each in rows],
        used: [fmt.pixel(each.use.used) for each in rows],
        covered: [fmt.pixel(each.cover.covered) for each in rows],
        "Type": [fmt.clean(each.type or fmt.UNKNOWN) for each in rows],
        "On the bill since": [fmt.day(each.first) for each in rows],
        "Remark": [each.missing or "" for each in rows],
        "Id": [fmt.clean(each.id) for each in rows],
    }
    away = {"Id"} if any(columns["Remark"]) else {"Id", "Remark"}
    picked = tables.show(
        {name: values for name, values in columns.items() if name not in away},
        {
            "Commitment": tables.thing_column("Commitment"),
            waste: tables.money_column(waste),
            "Utilisation": tables.percent_column("Utilisation"),
            "Term": tables.word_column("Term"),
            "Expires": tables.text_column("Expires", width=118),
            "On the bill since": tables.text_column("On the bill since", width=120),
            used: tables.money_column(used),
            covered: tables.money_column(
                covered, hint="What it covered would have cost this much on demand."
            ),
        },
        alt="Commitments with their waste, utilisation and expiry",
        key="commitments",
        select="single-row",
        rows=[each.id for each in rows],
    )
    exact = columns | {
        waste: [each.use.unused for each in rows],
        used: [each.use.used for each in rows],
        covered: [each.cover.covered for each in rows],
        "Utilisation": [each.utilisation for each in rows],
    }
    tables.export(exact, "commitments.csv", key="commitments-csv")
    untold = next((each.expiry_missing for each in found.running if each.expiry_missing), None)
    if untold:
        states.note(untold)
    return rows[picked[0]] if picked else None


def coverage(rows: Sequence[Covered], names: Sequence[str], title: str, currency: str | None) -> int | None:
    """Coverage by value, the most on demand first; answers the place of a clicked row."""
    demand, covered = f"On demand, {currency}", f"Covered, {currency}"
    columns = {
        title: names,
        demand: [fmt.pixel(each.cover.on_demand) for each in rows],
        "Coverage": [commitment_charts.percent(each.cover.coverage) for each in rows],
        covered: [fmt.pixel(each.cover.covered) for each in rows],
    }
    picked = tables.show(
        columns,
        {
            title: tables.thing_column(title),
            demand: tables.money_column(demand),
            "Coverage": tables.percent_column("Coverage"),
            covered: tables.money_column(covered),
        },
        alt=f"On-demand use and coverage by {title}",
        key=f"coverage-{title}",
        select="single-row",
        rows=[each.value for each in rows],
    )
    exact = columns | {
        demand: [each.cover.on_demand for each in rows],
        covered: [each.cover.covered for each in rows],
        "Coverage": [each.cover.coverage for each in rows],
    }
    tables.export(exact, f"coverage-by-{title.lower()}.csv", key="coverage-csv")
    return picked[0] if picked else None
