"""Names beside points: never over a mark, never over another name, never outside."""

from hypothesis import given
from hypothesis import strategies as st

from standfirst.pictures.labels import Named, sides

WIDTH = 400.0
SIZE = 6.6
places = st.tuples(st.floats(0, WIDTH), st.floats(0, 300))
points = st.lists(st.tuples(places, st.text("abc 123", min_size=1, max_size=12)), min_size=1, max_size=25)


def box(point: Named, side: int) -> tuple[float, float]:
    """What the name covers, a little less than the width it is given."""
    start, end = sorted((point.x + side * 8, point.x + side * (8 + SIZE * len(point.name))))
    return start, end


@given(points)
def test_a_name_covers_nothing(given_points: list[tuple[tuple[float, float], str]]) -> None:
    wanted = [Named(x, y, name) for (x, y), name in given_points]
    all_places = [place for place, _ in given_points]
    found = sides(wanted, all_places, width=WIDTH)
    drawn = [(wanted[place], *box(wanted[place], side)) for place, side in found.items()]
    for point, start, end in drawn:
        assert start >= 0
        assert end <= WIDTH
        assert not [(x, y) for x, y in all_places if start <= x <= end and abs(y - point.y) <= 7]
    for index, (one, start, end) in enumerate(drawn):
        for other, from_, to in drawn[index + 1 :]:
            assert to <= start or end <= from_ or abs(one.y - other.y) >= 14


def test_the_right_side_comes_first_and_the_left_is_the_way_out() -> None:
    alone = Named(100, 100, "cx 0-1")
    assert sides([alone], [(100, 100)], width=WIDTH) == {0: 1}
    assert sides([alone], [(100, 100), (120, 100)], width=WIDTH) == {0: -1}
    assert sides([alone], [(100, 100), (120, 100), (80, 102)], width=WIDTH) == {}
    assert sides([Named(395, 100, "cx 0-1")], [(395, 100)], width=WIDTH) == {0: -1}


def test_who_comes_first_has_the_place() -> None:
    two = [Named(100, 100, "first"), Named(200, 101, "a name that would reach the first")]
    assert sides(two, [(100, 100), (200, 101)], width=WIDTH) == {0: 1}
