"""抽選のやり直し: recompute a draw from its published list, with Python 3 and nothing else.

    python3 replay.py list.json

Says whether the published result is what the seed and the rules below give, and names every
difference. Exit code 0: the same; 1: not the same; 2: the file can't be read.

The rules:
1. SHA-256 of the seed is the digest that was published before the first request.
2. Requests are sorted by SHA-256 of "seed|pseudonym", as hexadecimal digits.
3. In this order each is given its wishes as they stand, the first wish first:
   "what_fits": each wish for which there is still a place in all of its half hours;
   "all": all of them, or nothing where one is missing.
4. A wish marked "excluded" broke a rule of use that is not about places; it is never met.
5. A half hour takes one child more while the places, the limits by age, and the staff by the
   official formula (児童福祉法施行規則 第36条の35) allow it.
Of a request marked "hidden" only its turn is published; what it was given counts as taken from the
beginning. Places only become fewer, so that this changes nothing for the others.
"""

import hashlib
import json
import sys

STEP = 30
GROUPS = ("infants", "ones_twos", "threes", "fours_up")
RATIOS = ("infant_ratio", "ones_twos_ratio", "threes_ratio", "fours_up_ratio")


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def half_hours(wish):
    """The half hours of a wish; they all lie on one day."""
    day, start = wish["starts_at"].split("T")
    minute, end = minutes(start), minutes(wish["ends_at"].split("T")[1])
    while minute < end:
        yield wish["facility"], f"{day}T{minute // 60:02}:{minute % 60:02}"
        minute += STEP


def minutes(time):
    hour, minute = time.split(":")
    return int(hour) * 60 + int(minute)


def counters_of(years):
    """What a child of so many full years is counted in."""
    group = 0 if years < 1 else 1 if years < 3 else 2 if years < 4 else 3
    names = ["taken", GROUPS[group]]
    if years < 1:
        names.append("under_ones")
    if years < 2:
        names.append("under_twos")
    return names


def has_place(place, years):
    """Whether a half hour takes one child more of so many full years."""
    after = dict(place)
    for name in counters_of(years):
        after[name] += 1
    if after["taken"] > place["places"]:
        return False
    if years < 2 and after["under_twos"] > place["under_two_limit"]:
        return False
    if years < 1 and after["under_ones"] > place["infant_limit"]:
        return False
    if years >= 2 and after["taken"] - after["under_twos"] > place["two_up_limit"]:
        return False
    # Each group is cut to one decimal before adding: whole tenths.
    tenths = sum(after[group] * 10 // place[ratio] for group, ratio in zip(GROUPS, RATIOS))
    staff = (tenths + (5 if place["rounding"] == "half_up" else 9)) // 10
    return staff <= place["staff"]


class Draw:
    def __init__(self, published):
        self.published = published
        self.places = {
            (place["facility"], place["starts_at"]): dict(place) for place in published["places"]
        }

    def faults(self):
        """What is not as the rules give it, in words."""
        seed, tickets = self.published["seed"], self.published["tickets"]
        if sha256(seed) != self.published["seed_digest"]:
            yield "the seed is not the one whose SHA-256 was published"
        stated = [ticket["pseudonym"] for ticket in tickets]
        if len(set(stated)) < len(stated):
            yield "a pseudonym stands there twice"
        order = sorted(stated, key=lambda pseudonym: sha256(f"{seed}|{pseudonym}"))
        if order != stated:
            yield "the requests do not stand in the order that the seed gives"
        by_pseudonym = {ticket["pseudonym"]: ticket for ticket in tickets}
        for pseudonym in order:
            ticket = by_pseudonym[pseudonym]
            if ticket.get("hidden"):
                continue
            outcomes = self.place(ticket)
            for wish, outcome in zip(ticket["wishes"], outcomes):
                if wish["outcome"] != outcome:
                    when = f"{wish['facility']} {wish['starts_at']}"
                    yield f"{pseudonym} {when}: {wish['outcome']}, but the rules give {outcome}"

    def place(self, ticket):
        """The outcome of each wish; what is met is taken."""
        if ticket["accepts"] == "all":
            return self.place_all(ticket["wishes"])
        outcomes = []
        for wish in ticket["wishes"]:
            outcome = "excluded" if wish["excluded"] else "placed" if self.fits(wish) else "full"
            if outcome == "placed":
                self.take(wish, 1)
            outcomes.append(outcome)
        return outcomes

    def place_all(self, wishes):
        outcomes = [
            "excluded" if wish["excluded"] else "not_alone" if self.fits(wish) else "full"
            for wish in wishes
        ]
        if set(outcomes) != {"not_alone"}:
            return outcomes
        # Each has a place by itself: do they together?
        taken = []
        for number, wish in enumerate(wishes):
            if not self.fits(wish):
                outcomes[number] = "full"
                break
            self.take(wish, 1)
            taken.append(wish)
        else:
            return ["placed"] * len(wishes)
        for wish in taken:
            self.take(wish, -1)
        return outcomes

    def fits(self, wish):
        return all(
            half_hour in self.places and has_place(self.places[half_hour], wish["years"])
            for half_hour in half_hours(wish)
        )

    def take(self, wish, number):
        for half_hour in half_hours(wish):
            for name in counters_of(wish["years"]):
                self.places[half_hour][name] += number


def main(path):
    try:
        with open(path, encoding="utf-8") as file:
            published = json.load(file)
        faults = list(Draw(published).faults())
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"{path}: {error!r}", file=sys.stderr)
        return 2
    for fault in faults:
        print(fault)
    wishes = [wish for ticket in published["tickets"] for wish in ticket.get("wishes", ())]
    placed = sum(wish["outcome"] == "placed" for wish in wishes)
    print(f"{len(published['tickets'])} requests, {len(wishes)} wishes, {placed} placed")
    print("NOT the same" if faults else "the same")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
