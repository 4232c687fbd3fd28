"""Every figure of the study: no text over another, units, sources, one scale of type, words that follow the data."""

from __future__ import annotations

import dataclasses
import json
import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from drawn_text import meetings, outside, texts

from xietong.errors import PackError, Problems, PublishError, UnknownName
from xietong.library.boundaries import rings_of
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.pages import Section
from xietong.library.supplied_boundaries import read_boundaries
from xietong.publish import charts, drawn_relations, maps, spoken, style
from xietong.publish.chapters import figure_document
from xietong.publish.end_labels import offsets
from xietong.publish.engine import figure_engine
from xietong.publish.figure_form import figure_problems, judged
from xietong.publish.figure_scene import Scene
from xietong.publish.figure_sources import figure_source
from xietong.publish.figures import KINDS, Spec, alternative, draw, read_specs
from xietong.publish.ground import PACKED, Ground, ground_of
from xietong.publish.linked_map import Area, linked_map
from xietong.publish.numbers import Numbers
from xietong.publish.page_figures import figure_svg
from xietong.publish.words import word

STUDY = Path(__file__).parent.parent / "studies/jingjinji"
SPECS = read_specs(figure_document(STUDY, "studies/jingjinji"))
LANGUAGES = ("zh", "en")
every = pytest.mark.parametrize("name", SPECS)

# Machado, G. M., Oliveira, M. M., Fernandes, L. A. F.: A Physiologically-based Model for Simulation of Color Vision
# Deficiency. IEEE Transactions on Visualization and Computer Graphics 15 (6), 2009, pp. 1291-1298; the matrices of full
# severity from its supplementary tables, for linear RGB.
VISIONS = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
}
TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
WHITE = (0.95047, 1.0, 1.08883)


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def lab(code, vision):
    """Return CIE 1976 L*a*b* of a colour as a vision sees it."""
    channels = [int(code[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    seen = [min(1.0, max(0.0, one)) for one in times(VISIONS[vision], linear)]
    x, y, z = (
        share ** (1 / 3) if share > 216 / 24389 else (24389 / 27 * share + 16) / 116
        for share in (one / white for one, white in zip(times(TO_XYZ, seen), WHITE, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def apart(one, other, vision):
    return sum((a - b) ** 2 for a, b in zip(lab(one, vision), lab(other, vision), strict=True)) ** 0.5


@pytest.mark.parametrize("vision", VISIONS)
def test_the_first_five_colours_are_told_apart_by_the_colour_blind(vision):
    assert min(apart(a, b, vision) for a, b in combinations(style.PALETTE[:5], 2)) > 15


@pytest.mark.parametrize("vision", VISIONS)
def test_classes_of_maps_are_told_apart_by_the_colour_blind(vision):
    ramp = [*reversed(style.BELOW), *style.RAMP]
    assert min(apart(a, b, vision) for a, b in pairwise(ramp)) > 9
    assert min(apart(a, b, vision) for a in style.BELOW[1:] for b in style.RAMP) > 20


def test_what_colour_does_not_tell_in_grey_a_shape_tells():
    light = [style.lightness(code) for code in style.PALETTE[:5]]
    assert min(abs(a - b) for a, b in pairwise(light)) > 4
    assert len(set(style.MARKERS)) == len(style.PALETTE)
    assert [style.lightness(one) for one in style.BELOW] == sorted(map(style.lightness, style.BELOW), reverse=True)
    below = [style.lightness(one) for one in style.BELOW]
    assert min(a - b for a, b in pairwise(below)) > 8


@pytest.fixture(scope="session")
def drawings(jingjinji):
    """Every figure of the study in both languages, drawn once."""
    return {(name, language): draw(spec, jingjinji, language) for name, spec in SPECS.items() for language in LANGUAGES}


@pytest.fixture(scope="session")
def pictures(drawings):
    return {
        key: figure_engine().svg(one.option, one.width, one.height, title=key[0]) for key, one in drawings.items()
    }  # fmt: skip


def test_the_study_draws_the_kinds_that_were_asked_for():
    asked = {"lines", "vintages", "releases", "map", "intervals", "sankey", "dumbbell", "framework", "ranges", "page"}
    assert asked <= {spec.kind for spec in SPECS.values()} <= set(KINDS)


def test_the_pages_of_the_study_are_drawn_as_chain_chord_fan_and_access_map(jingjinji):
    drawn = {str(drawn_relations.shown_section(Scene(spec, jingjinji, "en")).figure["kind"])
             for spec in SPECS.values() if spec.kind == "page"}  # fmt: skip
    assert {"layered_graph", "chord", "fan", "places_map", "matrix"} <= drawn


@every
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_a_figure_lies_over_another_or_over_the_edge(pictures, name, language):
    assert meetings(pictures[name, language]) == []
    assert outside(pictures[name, language]) == []


def test_the_eye_for_overlaps_sees_one():
    svg = '<svg viewBox="0 0 99 40">' + "".join(
        f'<text text-anchor="start" style="font-size:12px;" x="{x}" y="20">甲乙丙</text>' for x in (1, 30, 80)
    )
    assert meetings(svg + "</svg>") == [("甲乙丙", "甲乙丙")]
    assert outside(svg + "</svg>") == ["甲乙丙"]


@every
def test_figures_have_one_scale_of_type_and_no_letter_of_the_other_language(pictures, name):
    for language in LANGUAGES:
        found = texts(pictures[name, language])
        assert {one.size for one in found} <= {style.SIZE, style.SMALL}
        wide = [one.text for one in found if re.search(r"[㐀-鿿]", one.text)]
        assert language == "zh" or wide == [] or name in NAMED_AS_REGISTERED
    assert texts(pictures[name, "zh"])


NAMED_AS_REGISTERED = {"plans-relocation-moves"}
"""Figures whose things have the one name under which they are registered."""


@every
def test_a_figure_says_its_unit_and_its_source(pictures, drawings, jingjinji, name):
    for language in LANGUAGES:
        told = drawings[name, language].told
        unit = re.match(r"(?:单位：|Unit: )([^。]+?)(?:。|\. )", told)
        page = SPECS[name].kind == "page"
        assert unit or page
        if unit and not page:
            assert any(unit[1] in one.text for one in texts(pictures[name, language])), unit[1]
        source = figure_source(Numbers(jingjinji, language), SPECS[name], PACKED)
        assert re.search(rf"{word('source', language)}: [^.。\s]", source)


@every
def test_a_figure_has_an_alternative_text_in_both_languages_that_tells_values(drawings, jingjinji, name):
    for language in LANGUAGES:
        said = alternative(SPECS[name], drawings[name, language], jingjinji, language)
        assert re.search(r"\d", said) or SPECS[name].kind == "page"
        assert len(said) > 30
        assert "{{" not in said
        assert "](#" not in said
    assert re.search(r"[㐀-鿿]", alternative(SPECS[name], drawings[name, "zh"], jingjinji, "zh"))


@every
@pytest.mark.parametrize("review", ["", "GS(2026)1号"])
def test_every_map_says_its_review_number_or_that_it_is_for_internal_use(jingjinji, name, review):
    ground = Ground(review)
    drawing = draw(SPECS[name], jingjinji, "zh", ground)
    scene = Scene(SPECS[name], jingjinji, "zh", ground)
    assert drawn_relations.is_map(scene) == ("$map" in drawing.option)
    if "$map" in drawing.option:
        svg = figure_engine().svg(drawing.option, drawing.width, drawing.height, title=name)
        wanted = f"审图号: {review}" if review else "内部使用，不得公开出版"
        assert any(wanted in one.text for one in texts(svg))
        assert wanted in drawing.told
        assert wanted in figure_source(Numbers(jingjinji, "zh"), SPECS[name], ground)


def test_maps_of_pages_and_of_the_site_say_it_too():
    section = Section(
        "s", Label("图", "Map"),
        figure={"kind": "places_map", "values": {"110000": 1.0, "120000": 2.0}, "unit": "km", "label": ["甲", "A"]},
    )  # fmt: skip
    assert "Map review number: GS 7" in figure_svg(section, "en", Ground("GS 7"))
    assert "no map review number" in figure_svg(section, "en")
    area = [Area("110000", "A", "1", 1.0, "/a")]
    assert "Map review number: GS 7" in linked_map(area, "en", title="t", ground=Ground("GS 7"))
    assert "no map review number" in linked_map(area, "en", title="t")


# --- boundaries of the publisher


def square(code, west, south, side=1.0):
    ring = [[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]]
    return {"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def written(path, features):
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def test_supplied_boundaries_are_drawn_in_place_of_the_packed_ones(tmp_path):
    path = written(tmp_path / "a.geojson", [square("110000", 116, 39), square("120000", 117, 39)])
    ground = Ground("GS 7", read_boundaries(path, "a.geojson"))
    own, packed = maps.outlines(["110000", "120000"], ground=ground), maps.outlines(["110000", "120000"])
    assert own.name != packed.name
    assert len(own.geojson["features"][0]["geometry"]["coordinates"][0][0]) <= 6
    assert own.names["110000"] == packed.names["110000"]
    assert PACKED.rings_of("110000")[0][0].shape == rings_of("110000")[0][0].shape


def test_a_place_that_the_supplied_boundaries_lack_is_refused_and_not_taken_from_elsewhere(tmp_path):
    ground = Ground("", read_boundaries(written(tmp_path / "a.geojson", [square("110000", 116, 39)]), "a.geojson"))
    with pytest.raises(UnknownName, match="120000"):
        maps.outlines(["110000", "120000"], ground=ground)


def test_all_that_is_wrong_with_supplied_boundaries_is_told_at_once(tmp_path):
    open_ring = square("130000", 115, 38)
    open_ring["geometry"]["coordinates"][0].pop()
    point = {"properties": {"code": "1"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}
    features = [square("110000", 116, 39), square("110000", 117, 39), open_ring, square("140000", 200, 39), point]
    with pytest.raises(Problems) as caught:
        read_boundaries(written(tmp_path / "a.geojson", features), "a.geojson")
    message = str(caught.value)
    for told in ("110000 stands twice", "130000: a ring", "140000: a position lies outside", "feature 5: it cannot"):
        assert told in message
    (tmp_path / "b.geojson").write_text("nothing", encoding="utf-8")
    with pytest.raises(PackError, match="no GeoJSON"):
        read_boundaries(tmp_path / "b.geojson", "b.geojson")
    with pytest.raises(PackError, match="no such file"):
        read_boundaries(tmp_path / "c.geojson", "c.geojson")


def test_a_study_names_its_boundaries_inside_its_folder(small):
    written(small.study / "approved.geojson", [square("110", 116, 39)])
    small.edit("study/study.toml", "\npack =", '\nmap_review_number = "GS 7"\nboundaries = "approved.geojson"\npack =')
    with small.edition() as edition:
        ground = ground_of(edition, small.study)
        assert ground.review == "GS 7"
        assert set(ground.supplied.areas) == {"110"}
    small.edit("study/study.toml", "approved.geojson", "../pack/pack.toml")
    with small.edition() as edition, pytest.raises(PackError, match="no file of the study"):
        ground_of(edition, small.study)


# --- words that follow the data


def spec(**keys):
    return Spec("one", "small/figures.toml:1", {"finding": "out.member", "digits": 1, **keys})


def test_alternative_texts_change_when_a_cell_changes(small):
    alt = (
        "首位{{ extreme('out.member', 'place', 'highest', period='2019') }} | "
        "{{ extreme('out.member', 'place', 'highest', period='2019') }} is ahead in 2019"
    )
    figure = spec(kind="dumbbell", alt=alt, **{"from": "2014", "to": "2019"})
    said = {}
    for state in ("before", "after"):
        with small.edition() as edition:
            names = edition.names("en")
            drawing = draw(figure, edition, "en")
            said[state] = alternative(figure, drawing, edition, "en")
            cells = {one: edition.finding("out.member").series.cell(place=one, period="2019") for one in names
                     if one in ("110", "120", "130")}  # fmt: skip
        first = max(cells, key=cells.get)
        assert said[state].startswith(f"{names[first]} is ahead in 2019. ")
        assert f"2019 {charts.number_text(cells[first], 1)}" in said[state]
        if state == "before":
            line = next(one for one in small.read("pack/tables/output.csv").splitlines() if one.startswith("130,2019"))
            small.edit("pack/tables/output.csv", line, re.sub(r"(130,2019,)[\d.]+", r"\g<1>9999", line))
    assert said["before"] != said["after"]


def test_words_of_a_line_are_those_of_its_values():
    told = spoken.over_time("甲", [("2013", 2.0), ("2014", None), ("2015", 5.0), ("2016", 1.0), ("2017", 3.0)], 1, "zh")
    assert told == "甲：2.0（2013）、3.0（2017）；最高 5.0（2015）；最低 1.0（2016）；缺 2014"
    assert spoken.over_time("", [("2013", None), ("2014", -2.0)], 1, "en") == "−2.0 (2014)"
    assert spoken.over_time("a", [("2013", None)], 1, "en") == ""
    assert spoken.ranked([("a", 1.0), ("b", 2.0), ("c", None)], 0, "en") == (
        "From the highest to the lowest: b 2, a 1; no value: c"
    )
    many = spoken.rows([(str(at), [("", float(at))]) for at in range(30)], 0, "en")
    assert many.startswith("0: 0; 1: 1; 2: 2; 3: 3; …; 26: 26")


def test_a_direction_that_is_typed_into_an_alternative_text_is_refused():
    alt = "三地均上升，北京最高 | All three rise; the order is {{ trend('a', '1', '2') }} and highest by rule, 12.5% of it"
    found = figure_problems(Document(Path("f"), {"one": {"kind": "lines", "alt": alt}}, {}, "figures.toml"))
    text = "\n".join(map(str, found))
    for wrong in ("'上升' is typed", "'最高' is typed", "'rise' is typed", "'12.5' is typed"):
        assert wrong in text, text
    assert "'highest'" not in text
    assert judged("每地一行 | One row a place") == []


# --- the drawings themselves


def test_a_name_that_ends_inside_the_chart_leaves_the_way_to_other_lines():
    rising = [float(at) for at in range(12)]
    alone = [None, 3.0, *[None] * 10]
    moved = offsets([rising, alone], ["rising line 11", "alone 3.0"], 500, 240)
    assert moved[0] == (0.0, 0.0)
    assert moved[1][1] < 0
    assert moved[1][0] >= -(500 / 11) - 8


def test_only_years_that_follow_one_another_are_joined_and_vintages_never_are(drawings):
    lines = [one for one in drawings["gdp-vintages", "zh"].option["series"] if one["type"] == "line"]
    assert len(lines) >= 3
    assert all(one["connectNulls"] is False for one in lines)
    bold = [one["name"] for one in lines if one["lineStyle"]["width"] == 3]
    assert bold == ["四经普口径"]


def test_every_published_line_is_a_mark_of_the_vintages(drawings, jingjinji):
    own = SPECS["gdp-vintages"].data
    rows = {
        (row.period, round(row.value, 1))
        for row in jingjinji.lines(own["concept"])
        if row.place == own["place"] and row.period >= own["begin"] and not row.to
    }
    option = drawings["gdp-vintages", "zh"].option
    years = option["xAxis"]["data"]
    marks = {
        (years[at], round(value, 1)) for one in option["series"] if one["type"] == "line"
        for at, value in enumerate(one["data"]) if value is not None
    }  # fmt: skip
    marks |= {
        (years[at], round(value, 1)) for one in option["series"] if one["type"] == "scatter" for at, value in one["data"]
    }  # fmt: skip
    assert marks == {row for row in rows if row[0] in years}


def test_a_task_without_a_path_is_hatched_where_paths_would_be(drawings, jingjinji):
    option = drawings["framework-matrix", "en"].option
    payload = jingjinji.finding("framework.matrix").payload
    row = list(payload["tasks"]).index(payload["holes"][0])
    hatched = {tuple(one["value"][:2]) for one in option["series"][0]["data"] if "decal" in one["itemStyle"]}
    assert hatched == {(column, row) for column in range(len(payload["paths"]))}
    assert "hole" in drawings["framework-matrix", "en"].told


def test_ranges_are_ranked_by_what_they_move(drawings, jingjinji):
    payload = jingjinji.finding("plan.relocation.result").payload
    labels = {one["id"]: one["label"][1] for one in payload["levers"]}
    spread = {labels[one["lever"]]: abs(one["high"] - one["low"]) for one in payload["ranges"]}
    rows = drawings["plans-relocation-ranges", "en"].option["yAxis"]["data"]
    assert [spread[row] for row in rows] == sorted(spread.values(), reverse=True)


def test_a_map_with_a_middle_has_two_colours_that_part_there(jingjinji):
    cities = SPECS["cities"]
    option = draw(cities, jingjinji, "en").option
    for place in option["series"][0]["data"]:
        assert (place["itemStyle"]["areaColor"] in style.BELOW) == (place["value"] < 0)
    wrong = dataclasses.replace(cities, data={**cities.data, "middle": 3})
    with pytest.raises(PublishError, match="3 is none of the breaks"):
        draw(wrong, jingjinji, "en")


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"kind": "pie"}, "no kind 'pie'"),
        ({"kind": "page", "finding": "system.flows", "section": "nothing"}, "no section 'nothing'"),
        ({"kind": "ranges", "finding": "framework.matrix"}, "no outcome of a plan"),
        ({"kind": "vintages", "finding": "gdp.member", "concept": "gdp.nominal", "place": "999"}, "no line of"),
        ({"kind": "page", "finding": "plan.gaps.result", "section": "paces"}, "has no figure"),
    ],
)
def test_what_cannot_be_drawn_says_why(jingjinji, keys, words):
    with pytest.raises((PublishError, UnknownName), match=re.escape(words)):
        draw(Spec("one", "figures.toml:1", keys), jingjinji, "en")
