"""Which child is where and when in which journey: all share one demonstration, and a child can be
in one place at a time. What a journey books beyond its own family stands here.

Days count from the first of the demonstration. Every facility is open on each of them but 関, 貫井
and 大泉, which close on the fifth, a Sunday. What the demonstration itself books is in
`fixtures/demo/bookings.json`.
"""

import datetime as dt
from typing import NamedTuple

from tests.journeys.demonstration import Demonstration

PASSWORD = "piyopiyo-demo-2026"


class Stay(NamedTuple):
    email: str
    child: str
    code: str
    days: int
    start: str
    end: str

    def day(self, demonstration: Demonstration) -> dt.date:
        return demonstration.first_day + dt.timedelta(days=self.days)


# test_clumsy
TWICE = Stay("hayashi@example.jp", "林 蒼", "oizumi", 1, "09:00", "11:00")
THERE_ALREADY = Stay("hayashi@example.jp", "林 蒼", "seki", 1, "13:00", "15:00")
# test_siblings: the same hours with one place left
BABY = Stay("mori@example.jp", "森 凪", "nerima", 8, "10:00", "12:00")
BROTHER = Stay("mori@example.jp", "森 朔", "nerima", 8, "10:00", "12:00")
# test_telephone
CALLED = Stay("ishikawa@example.jp", "石川 莉子", "nukui", 1, "15:00", "17:00")
WALKED_IN = Stay("suharto@example.jp", "Putu", "hikarigaoka", 0, "13:00", "15:00")
# test_undo
WRONG = Stay("garcia@example.jp", "García Leo", "oizumi", 1, "09:00", "11:00")
NOT_NEEDED = Stay("garcia@example.jp", "García Leo", "oizumi", 1, "13:00", "15:00")
# test_waiting_list: on the day on which 貫井 has one place, the seventh
IN_LINE = Stay("hayashi@example.jp", "林 蒼", "nukui", 7, "13:00", "15:00")
BEFORE_THEM = Stay("yoshida@example.jp", "𠮷田 奏", "nukui", 7, "13:00", "15:00")
# test_day: a Friday at 光が丘
NEW_ALLERGY = Stay("ishikawa@example.jp", "石川 莉子", "hikarigaoka", 3, "09:00", "11:30")
ORDINARY = Stay("garcia@example.jp", "García Leo", "hikarigaoka", 3, "09:00", "13:00")
LATE_BOTH_WAYS = Stay("takahashi@example.jp", "髙橋 結衣", "hikarigaoka", 3, "11:30", "17:00")
NOT_BOOKED = Stay("suharto@example.jp", "Putu", "hikarigaoka", 3, "10:00", "15:00")

ALL = [each for each in list(globals().values()) if isinstance(each, Stay)]
