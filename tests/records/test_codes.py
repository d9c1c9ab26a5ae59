import itertools

import pytest

from records import codes

CODE = "48291357" + codes.check_digit("48291357")


def test_new_codes_are_valid():
    assert all(codes.is_valid(codes.new_code()) for _ in range(500))


def test_every_wrong_digit_is_found():
    wrong = [
        CODE[:place] + digit + CODE[place + 1 :]
        for place, digit in itertools.product(range(9), "0123456789")
        if CODE[place] != digit
    ]

    assert len(wrong) == 81
    assert [code for code in wrong if codes.is_valid(code)] == []


@pytest.mark.parametrize("code", [CODE, "10293847" + codes.check_digit("10293847")])
def test_every_swap_of_neighbours_is_found(code):
    swapped = [
        code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        for place in range(8)
        if code[place] != code[place + 1]
    ]

    assert swapped
    assert [each for each in swapped if codes.is_valid(each)] == []


@pytest.mark.parametrize("code", ["", "12345678", "1234567890", "12345678a", CODE + "\n0"])
def test_a_code_has_nine_digits(code):
    assert not codes.is_valid(code)


@pytest.mark.parametrize(
    "written", [codes.display(CODE), " ".join(CODE), "４８２９－１３５７" + CODE[8]]
)
def test_a_code_is_read_as_people_write_it(written):
    assert codes.normalised(written) == CODE


def test_display_groups_digits():
    assert codes.display("482913573") == "4829-1357-3"
