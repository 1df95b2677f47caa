from datetime import UTC, datetime, timedelta

import boto3
import numpy as np
import pytest
from botocore.stub import ANY, Stubber

from core.inventory import Account
from core.metrics import MetricQuery
from services.adapters.aws.metrics import CloudWatchMetrics
from services.adapters.aws.session import Sessions

REGION = "us-east-1"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("aws")


def a_query(instance_id: str = "i-1", metric: str = "cpu") -> MetricQuery:
    return MetricQuery(instance_id, metric, "AWS/EC2", "CPUUtilization", (("InstanceId", instance_id),))


def result(
    number: int, values: list[float], status: str = "Complete", *, back: bool = False
) -> dict[str, object]:
    times = [NOON + timedelta(hours=hour) for hour in range(len(values))]
    return {
        "Id": f"q{number}",
        "Timestamps": times[::-1] if back else times,
        "Values": values[::-1] if back else values,
        "StatusCode": status,
    }


def test_values_come_back_in_order_with_their_hours(sessions: Sessions, account: Account) -> None:
    boto3.client("cloudwatch", region_name=REGION).put_metric_data(
        Namespace="AWS/EC2",
        MetricData=[
            {
                "MetricName": "CPUUtilization",
                "Dimensions": [{"Name": "InstanceId", "Value": "i-1"}],
                "Timestamp": NOON + timedelta(minutes=minutes),
                "Value": value,
            }
            for minutes, value in ((0, 10.0), (30, 20.0), (120, 5.0))
        ],
    )
    answer = CloudWatchMetrics(sessions).read(
        account, REGION, [a_query(), a_query("i-2")], NOON, NOON + timedelta(hours=6), 3600
    )
    known, unknown = answer.series
    assert known.times == (NOON, NOON + timedelta(hours=2))
    assert known.values.tolist() == [15.0, 5.0]
    assert (unknown.resource_id, unknown.times, len(unknown.values)) == ("i-2", (), 0)
    assert (answer.calls, answer.metrics_asked, answer.gaps) == (1, 2, ())


def test_pages_are_put_together(sessions: Sessions, account: Account) -> None:
    second = [{**result(0, [3.0]), "Timestamps": [NOON + timedelta(hours=2)]}]
    with Stubber(sessions.client(account, "cloudwatch", REGION)) as stub:
        first = {"MetricDataResults": [result(0, [1.0, 2.0], "PartialData")], "NextToken": "more"}
        stub.add_response("get_metric_data", first)
        asked = {
            "MetricDataQueries": ANY,
            "StartTime": ANY,
            "EndTime": ANY,
            "ScanBy": ANY,
            "NextToken": "more",
        }
        stub.add_response("get_metric_data", {"MetricDataResults": second}, asked)
        answer = CloudWatchMetrics(sessions).read(
            account, REGION, [a_query()], NOON, NOON + timedelta(hours=3), 3600
        )
    (series,) = answer.series
    assert series.values.tolist() == [1.0, 2.0, 3.0]
    assert answer.calls == 2


def test_newest_first_is_turned_round(sessions: Sessions, account: Account) -> None:
    with Stubber(sessions.client(account, "cloudwatch", REGION)) as stub:
        stub.add_response("get_metric_data", {"MetricDataResults": [result(0, [1.0, 2.0], back=True)]})
        answer = CloudWatchMetrics(sessions).read(
            account, REGION, [a_query()], NOON, NOON + timedelta(hours=3), 3600
        )
    assert answer.series[0].values.tolist() == [1.0, 2.0]
    assert list(answer.series[0].times) == sorted(answer.series[0].times)


@pytest.mark.parametrize("status", ["Forbidden", "InternalError", "PartialData"])
def test_a_series_that_was_not_answered_whole_is_absent_not_empty(
    sessions: Sessions, account: Account, status: str
) -> None:
    with Stubber(sessions.client(account, "cloudwatch", REGION)) as stub:
        stub.add_response(
            "get_metric_data", {"MetricDataResults": [result(0, [1.0]), result(1, [2.0], status)]}
        )
        answer = CloudWatchMetrics(sessions).read(
            account, REGION, [a_query(), a_query("i-2")], NOON, NOON + timedelta(hours=3), 3600
        )
    assert [series.resource_id for series in answer.series] == ["i-1"]
    assert [gap.reason for gap in answer.gaps] == ["CloudWatch would not answer 1 of 2 series."]


def test_being_denied_is_a_gap_with_the_permission_and_nothing_is_zero(
    sessions: Sessions, account: Account
) -> None:
    with Stubber(sessions.client(account, "cloudwatch", REGION)) as stub:
        stub.add_client_error("get_metric_data", "AccessDenied", "no", http_status_code=403)
        answer = CloudWatchMetrics(sessions).read(
            account, REGION, [a_query()], NOON, NOON + timedelta(hours=3), 3600
        )
    assert answer.series == ()
    assert [(gap.service, gap.permission) for gap in answer.gaps] == [
        ("CloudWatch metrics", "cloudwatch:GetMetricData")
    ]


def test_a_thousand_instances_need_nine_calls_a_day_at_five_minutes(
    sessions: Sessions, account: Account
) -> None:
    """3,000 series of 288 points: 350 fit in a call."""
    queries = [a_query(f"i-{number:04}", metric) for number in range(1000) for metric in ("cpu", "in", "out")]
    asked: list[int] = []

    def note(params: dict[str, object], **_kwargs: object) -> None:
        asked.append(len(params["MetricDataQueries"]))

    client = sessions.client(account, "cloudwatch", REGION)
    client.meta.events.register("provide-client-params.cloudwatch.GetMetricData", note)
    with Stubber(client) as stub:
        for _ in range(9):
            stub.add_response("get_metric_data", {"MetricDataResults": []})
        answer = CloudWatchMetrics(sessions).read(
            account, REGION, queries, NOON - timedelta(days=1), NOON, 300
        )
        stub.assert_no_pending_responses()
    assert (answer.calls, answer.metrics_asked) == (9, 3000)
    assert asked == [350] * 8 + [200]
    assert np.isclose(sum(asked), 3000)
