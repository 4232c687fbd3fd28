"""OAI-PMH out and in over the loopback: lists in parts, withdrawals, refusals, broken and hostile answers; into a file only."""

from __future__ import annotations

import csv
import http.client
import io
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from click.testing import CliRunner, Result
from conftest import Workshop
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from repository import DAY, NOW, Server, serving
from test_library_lido import faults

from xietong.app import desk
from xietong.app.server import HOST, application
from xietong.cli import main
from xietong.errors import HarvestError, Problems, UnknownName
from xietong.library.harvests import Source, as_id, plain, read_mapping, rows_of
from xietong.library.oai import OAI, parsed
from xietong.library.oai_client import Client, Harvest, Limits
from xietong.library.oai_provider import Repository
from xietong.library.registers.rows import _ITEM

ROWS, KIND = "pack/registers/clinic.csv", "pack/registers/clinic.toml"
ORIGIN = """
[origins.repository]
publisher = "虚构资料库"
title = "虚构资料库收割 | made-up repository, harvested"
edition = "2024-07-01"
locator = "全部 | all of it"
licence = "虚构 | made up"
grade = "official"
access = "public"
"""


@pytest.fixture
def server(small: Workshop) -> Iterator[Server]:
    """A repository over the small pack as it is at first."""
    with serving(small.pack()) as one:
        yield one


def run(*words: str) -> Result:
    done = CliRunner().invoke(main, ["register", *words, "--pack", "small/pack"])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def harvest(server: Server, *words: str, language: str = "en") -> Result:
    return run("harvest", server.base, "--class", "clinic", "--origin", "repository", "--language", language, *words)


def table(name: str = "small-clinic.csv") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(Path("harvests", name).read_text(encoding="utf-8-sig"))))


def gathered(server: Server, **asked: str) -> Harvest:
    return Client(server.base, wait=lambda _: None).harvest(**asked)


def codes(content: bytes) -> list[str]:
    return [one.get("code") for one in etree.fromstring(content).findall(f"{{{OAI}}}error")]


# What the repository says


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], "badVerb"),
        ([("verb", "ListEverything")], "badVerb"),
        ([("verb", "Identify"), ("verb", "Identify")], "badVerb"),
        ([("verb", "Identify"), ("set", "clinic")], "badArgument"),
        ([("verb", "ListRecords")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "yesterday")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "20240101")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "2024-02-01"), ("until", "2024-01-01")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("resumptionToken", "x")], "badArgument"),
        ([("verb", "ListRecords"), ("resumptionToken", "x")], "badResumptionToken"),
        ([("verb", "ListRecords"), ("metadataPrefix", "marc")], "cannotDisseminateFormat"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("set", "none")], "noRecordsMatch"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("until", "1990-01-01")], "noRecordsMatch"),
        ([("verb", "GetRecord"), ("metadataPrefix", "oai_dc"), ("identifier", "oai:small:clinic:c99")], "idDoesNotExist"),
        ([("verb", "ListSets"), ("resumptionToken", "x")], "badResumptionToken"),
    ],
)  # fmt: skip
def test_a_question_against_the_protocol_gets_its_error(small: Workshop, arguments: list, code: str) -> None:
    told = Repository(small.pack(), "http://x/oai", DAY).answer(arguments, NOW)
    assert codes(told) == [code]
    root = etree.fromstring(told)
    assert [etree.QName(one).localname for one in root] == ["responseDate", "request", "error"]
    assert bool(root[1].attrib) == (code not in ("badVerb", "badArgument"))


def test_the_repository_names_itself_its_formats_and_sets(small: Workshop) -> None:
    one = Repository(small.pack(), "http://x/oai", DAY)
    about = etree.fromstring(one.answer([("verb", "Identify")], NOW))
    assert [etree.QName(each).localname for each in about[2]] == [
        "repositoryName", "baseURL", "protocolVersion", "adminEmail", "earliestDatestamp", "deletedRecord", "granularity",
    ]  # fmt: skip
    assert about.findtext(".//{*}earliestDatestamp") == "2020-01-01"
    formats = etree.fromstring(one.answer([("verb", "ListMetadataFormats")], NOW))
    assert [each.text for each in formats.iter(f"{{{OAI}}}metadataPrefix")] == ["oai_dc", "lido"]
    sets = etree.fromstring(one.answer([("verb", "ListSets")], NOW))
    assert [each.text for each in sets.iter(f"{{{OAI}}}setSpec")] == ["clinic", "park"]


def test_a_record_comes_as_lido_too_and_keeps_to_its_structure(small: Workshop) -> None:
    asked = [("verb", "GetRecord"), ("metadataPrefix", "lido"), ("identifier", "oai:small:clinic:c1")]
    root = etree.fromstring(Repository(small.pack(), "http://x/oai", DAY).answer(asked, NOW))
    assert list(faults(root.find(".//{http://www.lido-schema.org}lido"))) == []


def test_what_is_internal_is_not_listed_and_a_merged_record_is_deleted(small: Workshop) -> None:
    told = Repository(small.pack(), "http://x/oai", DAY).answer(
        [("verb", "ListIdentifiers"), ("metadataPrefix", "oai_dc"), ("set", "clinic")], NOW
    )
    headers = etree.fromstring(told).findall(f".//{{{OAI}}}header")
    listed = {one.findtext("{*}identifier").rpartition(":")[2]: one.get("status") for one in headers}
    assert listed == {"c1": None, "c2": None, "c3": None, "c5": None, "c4": "deleted"}


def test_a_token_dies_with_the_pack(small: Workshop) -> None:
    asked = [("verb", "ListRecords"), ("metadataPrefix", "oai_dc")]
    root = etree.fromstring(Repository(small.pack(), "http://x/oai", DAY, 2).answer(asked, NOW))
    token = root.findtext(f".//{{{OAI}}}resumptionToken")
    again = [("verb", "ListRecords"), ("resumptionToken", token)]
    assert codes(Repository(small.pack(), "http://x/oai", DAY, 2).answer(again, NOW)) == []
    small.append(ROWS, "c7,新诊所,110,list2024,,,,,,,,,\n")
    assert codes(Repository(small.pack(), "http://x/oai", DAY, 2).answer(again, NOW)) == ["badResumptionToken"]


@pytest.fixture
def observatory(small: Workshop) -> Iterator[str]:
    """The observatory over a built edition of the small study."""
    desk.build(small.study, Path("build"))
    door = socket.create_server((HOST, 0))
    served = uvicorn.Server(uvicorn.Config(application(small.study, Path("build")), log_level="warning"))
    thread = threading.Thread(target=served.run, args=([door],), daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not served.started and time.monotonic() < until:
        time.sleep(0.02)
    yield f"http://{HOST}:{door.getsockname()[1]}/oai"
    served.should_exit = True
    thread.join(timeout=10)
    door.close()


def test_the_observatory_is_a_repository_that_can_be_harvested(observatory: str) -> None:
    found = Client(observatory).harvest(chosen="clinic")
    assert [one.rpartition(":")[2] for one in found.records] == ["c1", "c2", "c3", "c4", "c5"]
    parts = urlsplit(observatory)
    with closing(http.client.HTTPConnection(parts.hostname, parts.port)) as connection:
        connection.request("POST", "/oai", "verb=Identify", {"Content-Type": "application/x-www-form-urlencoded"})
        with connection.getresponse() as answer:
            assert answer.getheader("content-type") == "text/xml; charset=utf-8"
            told = answer.read()
        assert etree.fromstring(told).findtext(".//{*}baseURL") == observatory
        connection.request("GET", "/oai?verb=" + "x" * 10_001)
        with connection.getresponse() as answer:
            assert (answer.status, answer.read()) == (413, b"the question is too long")


# What the harvest takes


def test_a_list_in_parts_comes_whole_with_its_withdrawals(server: Server) -> None:
    found = gathered(server)
    assert [one.rpartition(":")[2] for one in found.records] == ["c1", "c2", "c3", "c4", "c5", "p1"]
    assert found.parts == len([one for one in server.asked if one["verb"] == "ListRecords"]) == 3
    assert [one.identifier for one in found.records.values() if one.deleted] == ["oai:small:clinic:c4"]
    assert "keeps deletions 'transient'" in found.notes[-1].en
    assert found.notes[0].en == "records of 2 sets came, --set takes one: clinic, park"
    assert found.records["oai:small:clinic:c1"].elements["title"][0] == "东省第一诊所"
    assert all(set(one) == {"verb", "resumptionToken"} for one in server.asked[2:])


def test_sets_and_days_are_asked_for(server: Server) -> None:
    assert list(gathered(server, chosen="park").records) == ["oai:small:park:p1"]
    assert [one.rpartition(":")[2] for one in gathered(server, since="2024-06-01").records] == ["c1", "c2", "c3", "c5"]
    assert server.asked[-1].get("from", "2024-06-01") == "2024-06-01"
    assert gathered(server, until="1990-01-01").records == {}


def test_no_announced_size_is_needed_and_a_wrong_one_is_told(server: Server) -> None:
    server.tamper = lambda _, content: re.sub(rb' completeListSize="\d+"', b"", content)
    assert len(gathered(server).records) == 6
    server.tamper = lambda _, content: re.sub(rb' completeListSize="\d+"', b' completeListSize="9"', content)
    assert "the repository announced 9 records and gave 6" in [one.en for one in gathered(server).notes]


def test_a_list_in_one_part_has_no_token(server: Server) -> None:
    server.length = 50
    assert gathered(server).parts == 1


def test_the_last_state_of_a_record_that_comes_again_stands(server: Server) -> None:
    old = b"""<record><header><identifier>oai:small:clinic:c1</identifier><datestamp>2001-01-01</datestamp></header>
    <metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"/></metadata></record></ListRecords>"""
    server.tamper = lambda _, content: content.replace(b"</ListRecords>", old)
    found = gathered(server)
    assert found.records["oai:small:clinic:c1"].elements["title"]
    assert found.notes[0].en.startswith("3 records came again")


# What the repository may do wrong


def hostile(name: str) -> bytes:
    text = {
        "laughs": '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>',
        "file": '<!-- a --><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>',
        "utf-7": '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-<x/>',
        "html": "<html><body>down</body></html>",
        "cut": '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords><record>',
        "empty": "",
        "nothing": '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><request/></OAI-PMH>',
        "deep": "<a>" * 5000,
    }
    return (
        text[name].encode()
        if name in text
        else {"gbk": "<x>诊所</x>".encode("gbk"), "utf-16": text["file"].encode("utf-16")}[name]
    )


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("laughs", "declares a document type"),
        ("file", "declares a document type"),
        ("utf-7", "no well-formed XML"),
        ("utf-16", "not in UTF-8"),
        ("gbk", "not in UTF-8"),
        ("html", "its root is 'html'"),
        ("cut", "no well-formed XML"),
        ("empty", "no well-formed XML"),
        ("deep", "no well-formed XML"),
        ("nothing", "neither records nor an error"),
    ],
)  # fmt: skip
def test_a_hostile_or_broken_answer_is_refused_and_nothing_is_written(
    server: Server, small: Workshop, name: str, says: str
) -> None:
    small.append(KIND, ORIGIN)
    server.tamper = lambda told, content: hostile(name) if told["verb"] == "ListRecords" else content
    done = harvest(server)
    assert done.exit_code == 1
    assert says in done.stderr
    assert not Path("harvests").exists()


@given(st.binary(max_size=200))
def test_no_answer_does_anything_but_be_refused(content: bytes) -> None:
    with pytest.raises(HarvestError):
        parsed(content, "x")


@given(st.text("<>!-?DOCTYPE ab\n", max_size=40))
def test_no_document_type_comes_through(head: str) -> None:
    text = f'{head}<!DOCTYPE OAI-PMH [<!ENTITY a "b">]><OAI-PMH xmlns="{OAI}">&a;</OAI-PMH>'
    with pytest.raises(HarvestError):
        parsed(text.encode(), "x")


def test_a_record_without_identifier_or_metadata_is_told_and_the_rest_is_taken(server: Server, small: Workshop) -> None:
    small.append(KIND, ORIGIN)

    def broken(_: dict[str, str], content: bytes) -> bytes:
        content = re.sub(rb"<identifier>oai:small:clinic:c1</identifier>", b"", content)
        return re.sub(rb"(c2</identifier>.*?)<metadata>.*?</metadata>", rb"\1", content, count=1, flags=re.DOTALL)

    server.tamper = broken
    done = harvest(server, "--set", "clinic")
    assert done.exit_code == 1
    assert "! cannot be taken: record 1 '' has no identifier" in done.stdout
    assert "! cannot be taken: record 'oai:small:clinic:c2' has no oai_dc and is not deleted" in done.stdout
    assert [one["record"] for one in table()] == ["c3", "c5"]


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("badArgument", "write days as"),
        ("noSetHierarchy", "leave out --set"),
        ("cannotDisseminateFormat", "must offer oai_dc"),
        ("badVerb", "base URL"),
        ("somethingElse", "refuses: somethingElse, because"),
    ],
)
def test_a_refusal_is_told_with_the_way_out(server: Server, code: str, says: str) -> None:
    refused = f'<OAI-PMH xmlns="{OAI}"><request/><error code="{code}">because</error></OAI-PMH>'.encode()
    server.tamper = lambda told, content: refused if told["verb"] == "ListRecords" else content
    with pytest.raises(HarvestError, match=re.escape(says)):
        gathered(server)


def test_a_dropped_list_is_begun_again_once(server: Server) -> None:
    dropped = f'<OAI-PMH xmlns="{OAI}"><request/><error code="badResumptionToken"/></OAI-PMH>'.encode()
    times = iter([True])
    server.tamper = lambda told, content: dropped if "resumptionToken" in told and next(times, False) else content
    assert len(gathered(server).records) == 6
    server.tamper = lambda told, content: dropped if "resumptionToken" in told else content
    with pytest.raises(HarvestError, match="dropped its list twice"):
        gathered(server)


def test_a_token_that_comes_twice_has_no_end(server: Server) -> None:
    whole = (
        f'<OAI-PMH xmlns="{OAI}"><ListRecords><resumptionToken>same</resumptionToken></ListRecords></OAI-PMH>'.encode()
    )
    server.tamper = lambda told, content: whole if told["verb"] == "ListRecords" else content
    with pytest.raises(HarvestError, match="came twice"):
        gathered(server)


def test_a_repository_that_is_busy_is_waited_for(server: Server) -> None:
    waits: list[float] = []
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    busy = iter(
        [(503, {"Retry-After": "7"}, b""), (503, {"Retry-After": later}, b""), (429, {"Retry-After": "soon"}, b"")]
    )
    server.tamper = lambda _, content: next(busy, content)
    assert len(Client(server.base, wait=waits.append).harvest().records) == 6
    assert waits[0] == 7
    assert 60 < waits[1] <= 100
    assert len(waits) == 3


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((503, {"Retry-After": "9999"}, b""), "asks to wait 9999 seconds, more than 300"),
        ((503, {"Retry-After": "1"}, b""), "answers 503"),
        ((503, {}, b""), "answers 503"),
        ((404, {}, b""), "answers 404"),
        ((302, {"Location": "file:///etc/hostname"}, b""), "is no address of a repository"),
        ((302, {"Location": "/oai"}, b""), "answers 302"),
        ((200, {"Content-Encoding": "gzip"}, b"x"), "the answer is packed (gzip)"),
        ((200, {"Content-Length": "500"}, b"x"), "cut off: 1 of 500 bytes"),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_told(server: Server, answer: tuple, says: str) -> None:
    server.tamper = lambda *_: answer
    with pytest.raises(HarvestError, match=re.escape(says)):
        Client(server.base, Limits(answer=1.0), wait=lambda _: None).harvest()


def test_a_redirect_is_followed(server: Server) -> None:
    moved = iter([(301, {"Location": f"{server.base}?verb=Identify"}, b"")])
    server.tamper = lambda _, content: next(moved, content)
    assert len(gathered(server).records) == 6


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (Limits(size=100), "an answer of more than 100 bytes"),
        (Limits(parts=2), "more than 2 parts"),
        (Limits(records=3), "more than 3 records"),
    ],
)
def test_no_more_is_taken_than_is_allowed(server: Server, limits: Limits, says: str) -> None:
    with pytest.raises(HarvestError, match=says) as caught:
        Client(server.base, limits).harvest()
    assert "way out: take less" in caught.value.text()


def test_a_slow_repository_is_not_waited_for(server: Server) -> None:
    def slow(_: dict[str, str], content: bytes) -> bytes:
        time.sleep(0.5)
        return content

    server.tamper = slow
    with pytest.raises(HarvestError, match="no answer: timed out"):
        Client(server.base, Limits(answer=0.1)).harvest()


def test_an_answer_that_drips_is_cut_off(server: Server) -> None:
    server.tamper = lambda _, content: content + b"<!-- " + b"x" * 300_000
    with pytest.raises(HarvestError, match="takes more than 0 seconds"):
        Client(server.base, Limits(whole=0.0)).harvest()


@pytest.mark.parametrize(
    "base", ["file:///etc/hostname", "ftp://127.0.0.1/oai", "oai", "http://", "http://127.0.0.1:notaport/"]
)
def test_only_addresses_of_the_web_are_asked(base: str) -> None:
    with pytest.raises(HarvestError):
        Client(base).harvest()


def test_another_version_of_the_protocol_is_refused(server: Server) -> None:
    server.tamper = lambda _, content: content.replace(b"<protocolVersion>2.0", b"<protocolVersion>1.1")
    with pytest.raises(HarvestError, match="speaks OAI-PMH '1.1', not 2.0"):
        gathered(server)


# What becomes of it


def test_a_harvest_is_a_file_and_nothing_enters_by_itself(server: Server, small: Workshop) -> None:
    small.append(KIND, ORIGIN)
    before = small.read(ROWS)
    told = harvest(server, "--set", "clinic")
    assert told.exit_code == 0, told.output
    assert small.read(ROWS) == before
    assert "- withdrawn 2024-03-01: oai:small:clinic:c4 (clinic:c3" in told.stdout
    assert "the register keeps it, a person decides" in told.stdout
    assert "4 new, 0 changed, 0 unchanged, 0 refused" in told.stdout
    assert [(one["record"], one["place"], one["grade"]) for one in table()] == [
        ("c1", "110", "甲等"), ("c2", "110", "乙等"), ("c3", "120", "甲等"), ("c5", "110;130", "乙等"),
    ]  # fmt: skip
    assert [one["item"] for one in table("small-clinic.withdrawn.csv")] == ["c3"]
    assert "撤回" in harvest(server, "--set", "clinic", language="zh").stdout


def test_a_second_harvest_updates_and_adds_no_duplicate(server: Server, small: Workshop) -> None:
    small.append(KIND, ORIGIN)
    harvest(server, "--set", "clinic")
    assert run("import", "clinic", "harvests/small-clinic.csv", "--enter").exit_code == 0
    items = set(small.pack().registers["clinic"])
    assert "0 new, 0 changed, 4 unchanged" in harvest(server, "--set", "clinic").stdout
    server.tamper = lambda _, content: content.replace("东省第一诊所<".encode(), "东省第一大诊所<".encode())
    told = harvest(server, "--set", "clinic").stdout
    assert "~ c1 东省第一大诊所 (repository): name" in told
    assert "0 new, 1 changed, 3 unchanged" in told
    run("import", "clinic", "harvests/small-clinic.csv", "--enter")
    register = small.pack().registers["clinic"]
    assert set(register) == items
    assert "东省第一大诊所" in [one.text for one in register["c1"].names]
    assert register["c4"].id == "c3"


def test_records_of_others_keep_their_identity(server: Server, small: Workshop) -> None:
    small.append(KIND, ORIGIN)
    server.tamper = lambda _, content: content.replace(b"oai:small:clinic:", b"oai:museum.example:1/").replace(
        b"clinic:", b"x:"
    )
    harvest(server, "--set", "clinic")
    assert [one["record"] for one in table()] == [
        "c1",
        "c2",
        "c3",
        "oai_3a_museum.example_3a_1_2f_c5",
    ]  # three by their code
    run("import", "clinic", "harvests/small-clinic.csv", "--enter")
    assert "0 new, 0 changed, 4 unchanged" in harvest(server, "--set", "clinic").stdout
    assert "(not in the register)" in harvest(server, "--set", "clinic").stdout


def test_what_cannot_be_taken_over_is_remarked(server: Server, small: Workshop) -> None:
    small.append(KIND, ORIGIN)
    server.tamper = lambda _, content: content.replace(b"GB/T 2260:130", b"GB/T 2260:999").replace(
        "北<".encode(), "某地<".encode()
    )
    told = harvest(server, "--set", "clinic").stdout
    assert "? c5: no place '某地' | no place 'GB/T 2260:999'" in told
    assert table()[3]["place"] == "110;130"  # its English name was known


def test_a_point_is_taken_only_on_the_datum_of_the_class(server: Server, small: Workshop) -> None:
    small.edit(KIND, "identity", 'datum = "WGS-84"\nidentity')
    small.append(KIND, ORIGIN)
    server.pack = small.pack()
    harvest(server, "--set", "clinic")
    assert (table()[0]["lon"], table()[0]["lat"]) == ("116.35", "39.9")
    small.edit(KIND, "WGS-84", "BD-09")
    told = harvest(server, "--set", "clinic").stdout
    assert "lon" not in table()[0]
    assert "a point in WGS 84 is left out: the class stands on BD-09" in told


def test_a_cell_that_could_start_a_formula_comes_through_unchanged(server: Server, small: Workshop) -> None:
    small.append(KIND, ORIGIN)
    server.tamper = lambda _, content: content.replace("东省第二诊所".encode(), b"=1+1")
    harvest(server, "--set", "clinic")
    assert "'=1+1" in Path("harvests/small-clinic.csv").read_text(encoding="utf-8-sig")
    run("import", "clinic", "harvests/small-clinic.csv", "--enter")
    assert "=1+1" in [one.text for one in small.pack().registers["clinic"]["c2"].names]


MAPPING = """
[columns.address]
from = ["description"]
match = '^地址：(.*)（'

[columns.grade]
from = ["subject"]
words = { "Grade A" = "甲等", "Grade B" = "乙等" }

[columns.beds]
from = ["description"]
match = "床位：([0-9.]+)张"
"""


def test_a_mapping_says_what_becomes_what(server: Server, small: Workshop) -> None:
    small.append(KIND, ORIGIN)
    small.write("m.toml", MAPPING)
    told = harvest(server, "--set", "clinic", "--mapping", "small/m.toml").stdout
    first = table()[0]
    assert (first["address"], first["grade"], first["beds"]) == ("东街一号", "甲等", "120")
    assert "beds: also 150" in first["remarks"]
    assert "? c1: " in told


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("columns.address", "columns.adress", "no column of the register 'adress'"),
        ('["description"]\nmatch = \'^', '["describe"]\nmatch = \'^', "no element of Dublin Core 'describe'"),
        ("(.*)（", "(.*（", "is no pattern with one group"),
        ("(.*)（", ".*（", "is no pattern with one group"),
        ('from = ["subject"]', "", "'from' is missing"),
        ('["subject"]', '"subject"', "'from' must be a list"),
        ("words = {", "word = {", "unknown key 'word'"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_is_told_with_its_line(small: Workshop, old: str, new: str, says: str) -> None:
    assert old in MAPPING
    small.write("m.toml", MAPPING.replace(old, new, 1))
    with pytest.raises(Problems) as caught:
        read_mapping(small.path / "m.toml", small.pack().registers["clinic"])
    assert says in caught.value.text()
    assert "m.toml:" in caught.value.text()


def test_an_unknown_publication_is_told_before_anything_is_asked(server: Server, small: Workshop) -> None:
    done = harvest(server)
    assert done.exit_code == 1
    assert "no origin of the class 'repository'" in done.stderr
    assert server.asked == []
    small.append(KIND, ORIGIN)
    assert harvest(server, "--from", "yesterday").exit_code == 2
    with pytest.raises(UnknownName, match="no class 'clinics'"):
        rows_of(small.pack(), "clinics", Harvest("", "", {}, (), 0), "repository", {})


def test_an_empty_harvest_says_so(server: Server, small: Workshop) -> None:
    small.append(KIND, ORIGIN)
    told = harvest(server, "--until", "1990-01-01")
    assert told.exit_code == 0
    assert "0 records in 1 parts" in told.stdout
    assert "there are no rows to write" in told.stdout


@given(st.lists(st.text(min_size=1, max_size=12), min_size=2, max_size=2, unique=True))
def test_different_identifiers_give_different_ids(pair: list[str]) -> None:
    one, other = map(as_id, pair)
    assert one != other
    assert _ITEM.fullmatch(one)
    assert as_id(pair[0]) == one


def test_the_plain_mapping_reads_words_names_and_codes(small: Workshop) -> None:
    told = plain(small.pack().registers["clinic"])
    assert set(told) == {"name", "place", "grade", "code"}
    assert isinstance(told["name"], Source)


def test_the_same_answers_give_the_same_file(server: Server, small: Workshop) -> None:
    small.append(KIND, ORIGIN)
    files: list[bytes] = []
    order: list[Callable[[dict[str, str], bytes], bytes]] = [lambda _, content: content] * 2
    for server.tamper in order:
        harvest(server, "--set", "clinic")
        files.append(Path("harvests/small-clinic.csv").read_bytes())
    assert files[0] == files[1]


def test_what_the_mapping_does_not_name_stays_as_it_stands(server: Server, small: Workshop) -> None:
    small.append(KIND, ORIGIN)
    harvest(server, "--set", "clinic")
    run("import", "clinic", "harvests/small-clinic.csv", "--enter")
    line = next(one for one in small.read(ROWS).splitlines() if one.startswith("c2,") and "repository" in one)
    small.edit(ROWS, line, line.replace("乙等,", "乙等,90"))
    assert "0 new, 0 changed, 4 unchanged" in harvest(server, "--set", "clinic").stdout
    assert "beds" not in table()[0]
    assert "来自 2 个集合" in harvest(server, language="zh").stdout
