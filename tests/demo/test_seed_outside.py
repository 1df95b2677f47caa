from datetime import timedelta

import pytest

from core.errors import Refused
from services.context import Context
from services.demo import seed


def test_outside_the_demo_the_clock_cannot_be_moved(ctx: Context) -> None:
    with pytest.raises(Refused, match="Only the demo's clock"):
        seed.move_clock(ctx, timedelta(hours=1))
