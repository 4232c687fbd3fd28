"""The culture resource library: what is listed by kind and place, against what is published, and what lies in several.

One thing has one identity however many places it has, so that the sum over places may exceed the number of things; the
page prints both and their difference. Totals that disagree stand beside each other. What a register of sites says of
places, per head and with none, stands in `culture_places`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xietong.diagnosis.systems.culture_places import gaps, leads, reach
from xietong.diagnosis.systems.holdings import Holdings, publications, share_of
from xietong.diagnosis.systems.scope import Kind, Scope, sources
from xietong.errors import PackError, UnknownName, XietongError
from xietong.library.documents import Document
from xietong.library.labels import Label
from xietong.library.pack import Pack
from xietong.library.pages import Column, Missing, Page, Row, Section, Source
from xietong.library.registers.items import Item
from xietong.library.registers.points import wgs_point
from xietong.library.registers.register import Register
from xietong.library.registers.totals import Held

_NOT_SAID = Label("未公布", "not published")


def culture(scope: Scope) -> Page:
    """Return the page of the library: kinds, completeness, totals that differ, shared things, gaps, reach, missing."""
    held = Holdings.of(scope)
    sections = (
        _kinds(held), _completeness(held), _differing(held), _shared(held), gaps(held), reach(held), leads(held),
        _map(held), _missing(held),
    )  # fmt: skip
    text = Label(
        "各地文化资源列出了什么、公布的总数还差多少、哪些跨地区、哪里没有列名，以及什么从未公布",
        "What is listed of the culture of the places, how far from the published totals, what lies in several of them, "
        "where nothing is listed, and what was never published",
    )
    return Page(scope.name, held.heritage.kind.label, text, sections)


def _kinds(held: Holdings) -> Section:
    """Count items by kind and member; one that lies in several counts in each, and once in the whole."""
    columns = (
        Column("kind", Label("类别", "Kind")),
        Column("items", Label("项", "Items")),
        *(Column(code, held.label(code)) for code in held.members),
        Column("extra", Label("各地之和多出", "Sum over places exceeds by")),
        Column("nowhere", Label("未注明地点", "No place said")),
    )
    rows = []
    for register in held.registers:
        for word, label in held.kinds(register):
            inside = [one for one in register.values() if held.says(one, word)]
            if inside:
                rows.append(Row((label, *_counted(held, inside)), publications(inside)))
    everything = [one for register in held.registers for one in register.values()]
    whole, *added, over, nowhere = _counted(held, everything)
    whole -= nowhere
    text = Label(
        f"有地点的 {whole} 项，各地之和 {sum(added)}：相差 {over}，来自跨地区的项",
        f"{whole} items with a place, {sum(added)} as the sum over places: the difference of {over} comes from items "
        "that lie in several",
    )
    note = Label(
        "名单各有截止日，数的是登记册列名的，不是实有的；没有列名的类别不在表中",
        "Each list ends on a day of its own; what is counted is listed, which is not all that exists; kinds of which "
        "nothing is listed are not in the table",
    )
    return Section("kinds", Label("按类别与地区", "By kind and place"), (text,), columns, tuple(rows), (note,))


def _counted(held: Holdings, items: Sequence[Item]) -> list[int]:
    """Return how many there are, how many in each member, by how much these exceed them, and how many have no place."""
    counts = [sum(held.lies_in(one, code) for one in items) for code in held.members]
    nowhere = sum(not one.places for one in items)
    return [len(items), *counts, sum(counts) - (len(items) - nowhere), nowhere]


def _completeness(held: Holdings) -> Section:
    columns = (
        Column("total", Label("公布的总数", "Published total")),
        Column("place", Label("地区", "Place")),
        Column("value", Label("公布", "Published")),
        Column("unit", Label("单位", "Unit")),
        Column("date", Label("截至", "As of")),
        Column("counted", Label("已列名", "Listed")),
        Column("own", Label("其中同一出处所列", "of which by that publication")),
        Column("missing", Label("尚缺", "Lacking")),
        Column("share", Label("完整率", "Complete"), Label("%", "%"), 1),
    )
    rows = tuple(_total(held, one) for one in held.totals)
    whole = sum(one.missing == 0 for one in held.totals)
    text = Label(
        f"{len(rows)} 个公布总数中，{whole} 个已逐项列名；其余只有总数",
        f"Of {len(rows)} published totals {whole} are listed item by item; of the others there is the number alone",
    )
    note = Label(
        "完整率是列名数除以公布数，只说名单缺多少，不说资源多少；总数截止日之后列入或撤销的不在内，所以换一个截止日就会变",
        "Completeness is what is listed over what was published: it speaks of the list and not of the culture. What "
        "was listed or struck off after the day of the total is not in it, so that another day gives another share",
    )
    title = Label("与公布总数相比", "Against published totals")
    return Section("completeness", title, (text,), columns, rows, (note,), measures=("shares.share",))


def _total(held: Holdings, one: Held) -> Row:
    total = one.total
    published = float(total.value)
    share = share_of(one.counted, published) * 100 if 0 < published >= one.counted else None
    told = (total.label, held.label(total.place), published, total.unit, total.date)
    cells = (*told, one.counted, one.listed, float(one.missing), share)
    return Row(cells, (Source.of(one.origin, total.line),))


def _differing(held: Holdings) -> Section:
    """Set totals of one kind and place beside each other where there are several; none is chosen."""
    columns = (
        Column("kind", Label("类别", "Kind")),
        Column("place", Label("地区", "Place")),
        Column("scope", Label("该出处的口径", "As this publication counts")),
        Column("date", Label("截至", "As of")),
        Column("value", Label("公布", "Published")),
        Column("beside", Label("与其他总数", "Beside the others")),
    )
    groups = [(*key, group) for key, group in held.grouped().items() if len(group) > 1]
    rows = [
        Row(
            (
                held.word(word),
                held.label(place),
                one.total.label,
                one.total.date,
                float(one.total.value),
                _beside(one, group),
            ),
            (Source.of(one.origin, one.total.line),),
        )
        for word, place, group in groups
        for one in group
    ]
    note = Label(
        "口径写在各行；口径不同的总数不能相连成序列，也不取其一",
        "Each line says how its publication counts; totals of another scope make no series, and none of them is taken "
        "for the true one",
    )
    title = Label("并存的总数", "Totals beside each other")
    return Section("differing", title, (), columns, tuple(rows), (note,))


def _beside(one: Held, group: Sequence[Held]) -> Label:
    """Return what other publications say of the same year, where they do."""
    others = [each.total for each in group if each is not one and each.total.date[:4] == one.total.date[:4]]
    differ = list(dict.fromkeys(each.value for each in others if each.value != one.total.value))
    if differ:
        return Label(f"同年另有 {'、'.join(differ)}", f"in the same year also {', '.join(differ)}")
    same, apart = Label("同年相同", "the same in the same year"), Label("别的年份另有数", "other years differ")
    return same if others else apart


def _shared(held: Holdings) -> Section:
    columns = (
        Column("name", Label("名称", "Name")),
        Column("members", Label("所在地区", "Places")),
        Column("count", Label("地区数", "Number of places")),
        Column("records", Label("身份", "Identities")),
        Column("publications", Label("出处", "Publications")),
        Column("parts", Label("登记的段落", "Stretches entered")),
        Column("custodian", Label("保护机构", "Custodian")),
    )
    found = [(one, held.members_of(one)) for register in held.registers for one in register.values()]
    shared = [(one, members) for one, members in found if len(members) > 1]
    text = Label(
        f"{len(shared)} 项跨地区；每项一个身份、多个地点，改动要由管辖其全部地点的机构接受",
        f"{len(shared)} items lie in several places; each has one identity and many places, and a change of it is "
        "accepted by an office whose jurisdiction holds all of them",
    )
    rows = tuple(_across(held, one, members) for one, members in shared)
    return Section("shared", Label("跨地区共有", "Shared across places"), (text,), columns, rows)


def _across(held: Holdings, one: Item, members: Sequence[str]) -> Row:
    relation, custodian = str(held.scope.spec["part"]), one[str(held.scope.spec["custodian"])]
    parts = [each.source for each in one.links if each.relation == relation and each.target == one.ref]
    names = "、".join(held.scope.pack.registers.item(ref).name for ref in parts)
    keepers = "、".join(dict.fromkeys(each.text for each in custodian)) or _NOT_SAID
    places = held.together(members)
    cells = (one.name, places, len(members), len(one.records), len(one.rows), names, keepers)
    return Row(cells, sources(one), one.ref)


def _map(held: Holdings) -> Section:
    found = [(one, wgs_point(one)) for register in held.registers for one in register.values()]
    points = [[at.east, at.north, one.name, one.kind.id] for one, at in found if at is not None]
    names = {code: held.label(code) for code in held.cities}
    figure = {
        "kind": "points_map", "points": points, "places": {code: [one.zh, one.en] for code, one in names.items()},
        "classes": {register.kind.id: [register.kind.label.zh, register.kind.label.en] for register in held.registers},
    }  # fmt: skip
    text = Label(
        f"{len(points)} 项有坐标，{len(found) - len(points)} 项没有：没有的不在图上",
        f"{len(points)} items have a point, {len(found) - len(points)} have none and are not on the map",
    )
    notes = tuple(dict.fromkeys(one.kind.uncertainty for one, at in found if at is not None))
    return Section("map", Label("分布图", "Map"), (text,), notes=notes, figure=figure)


def _missing(held: Holdings) -> Section:
    told = [(register, one) for register in held.registers for one in register.kind.not_published]
    missing = tuple(Missing(one.label, one.reason, _ways(register)) for register, one in told)
    return Section("missing", Label("从未公布的", "What was never published"), missing=missing)


def _ways(register: Register) -> tuple[Label, ...]:
    name = register.kind.id
    zh, en = (sign.join(("item", "name", "place", "origin", *register.kind.attributes)) for sign in ("、", ", "))
    return (
        Label(f"按列 {zh} 填表后：xietong register contribute 文件 --class {name}",
              f"fill in a table of the columns {en}, then: xietong register contribute FILE --class {name}"),
        Label(f"从资料库收割：xietong register harvest 网址 --class {name}",
              f"harvest a repository: xietong register harvest BASE_URL --class {name}"),
    )  # fmt: skip


def _problems(document: Document, path: tuple[str, ...], pack: Pack) -> list[XietongError]:
    """Return one error for each choice that the registers and the pack do not bear out."""
    spec, who = document.table(*path), f"system {path[-1]}"
    kind = pack.registers[spec["heritage"]].kind
    words = kind.attributes[spec["grade"]].words if spec["grade"] in kind.attributes else {}
    errors: list[XietongError] = []

    def known(key: str, names: Iterable[str], texts: Iterable[str], called: str) -> None:
        where, told = document.where(*path, key), list(names)
        errors.extend(UnknownName(who, called, one, told, where=where) for one in map(str, texts) if one not in told)

    known("grade", [one.id for one in kind.of_kind("word")], [spec["grade"]], "attribute of words")
    known("grade", pack.registers[spec["sites"]].kind.attributes, [spec["grade"]], "attribute of the sites")
    known("custodian", kind.attributes, [spec["custodian"]], "attribute")
    known("part", kind.relations, [spec["part"]], "relation")
    known("places", pack.gazetteer.perimeters, [spec["places"]], "perimeter")
    known("facilities", words, spec["facilities"], "word")
    if spec["few"] < 1:
        errors.append(
            PackError(who, f"'few' must be above zero, not {spec['few']}", where=document.where(*path, "few"))
        )
    return errors


CULTURE = Kind(
    culture,
    required=(
        "heritage",
        "sites",
        "grade",
        "custodian",
        "part",
        "places",
        "residents",
        "yearly",
        "facilities",
        "circle",
        "few",
        "also",
    ),
    registers=("heritage", "sites"),
    findings=("residents", "yearly"),
    shapes={"lists": ("facilities", "circle", "also"), "counts": ("few",)},
    problems=_problems,
)
