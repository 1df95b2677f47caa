"""What the tables of the Costs screen call things, where there is little room."""

from pages.ui import cost_tables


def test_accounts_beside_a_chart_are_called_by_their_names_as_long_as_these_tell_them_apart() -> None:
    shop, staging, other = "Shop (111111111111)", "Staging (222222222222)", "Shop (333333333333)"
    assert cost_tables.without_ids([shop, staging, shop]) == ["Shop", "Staging", "Shop"]
    assert cost_tables.without_ids([shop, staging, other]) == [shop, staging, other]
