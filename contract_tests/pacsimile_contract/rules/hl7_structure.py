"""Rules of `hl7v2` about segments and their required fields: HL7-3 to HL7-7, HL7-11."""

from collections import Counter
from collections.abc import Iterator, Mapping

from pacsimile_contract.documents.er7 import Segment
from pacsimile_contract.rules.hl7_message import RawMessage, component
from pacsimile_contract.rules.model import Breach, word_set

_SEGMENTS = word_set(
    "MSH SFT PID PD1 NTE NK1 PV1 PV2 ORC OBR TQ1 TQ2 CTD OBX FT1 CTI SPM DSC"  # of ORU_R01 in 2.5.1
)
_VALUE_TYPES = word_set(
    """
    AD CE CF CK CN CNE CP CWE CX DR DT DTM ED FC FT HD ID IS JCC MA MO NA NM PL PN PPN PT RI RP SI SN SPS ST TM TN TQ TS
    TX VID XAD XCN XON XPN XTN
    """
)
_TABLES: tuple[tuple[str, int, str, frozenset[str], bool], ...] = (
    ("OBR", 25, "0123", word_set("A C F I O P R S X Y Z"), True),
    ("OBX", 11, "0085", word_set("C D F I N O P R S U W X"), True),
    ("PID", 8, "0001", word_set("A F M N O U"), False),
)
_REQUIRED: Mapping[str, tuple[int, ...]] = {"PID": (3, 5), "OBR": (4,), "OBX": (3,)}


def structure(message: RawMessage) -> Iterator[Breach]:
    """Yield the breaches of HL7-3 to HL7-7 and of HL7-11."""
    yield from _segments(message)
    yield from _header(message.segments[0])
    for segment in message.segments:
        for number in _REQUIRED.get(segment.name, ()):
            if not segment.field(number):
                yield Breach("HL7-5", segment.where(number), "empty")
        yield from _of_tables(segment)
    yield from _numbering(message)
    yield from _orders(message)


def _segments(message: RawMessage) -> Iterator[Breach]:
    below_obr = False
    for segment in message.segments:
        name = segment.name
        if name not in _SEGMENTS and not (len(name) == 3 and name.isascii() and name.isalnum() and name[0] == "Z"):
            yield Breach("HL7-3", f"segment {segment.place}", "no segment of ORU_R01", name[:3])
        if name == "MSH" and segment.place > 1:
            yield Breach("HL7-3", f"segment {segment.place}", "a second MSH")
        below_obr = below_obr or name == "OBR"
        if name == "OBX" and not below_obr:
            yield Breach("HL7-3", f"segment {segment.place}", "an OBX before any OBR")
    for name, rule in (("PID", "HL7-5"), ("OBR", "HL7-3")):
        if not message.all(name):
            yield Breach(rule, "the message", f"no {name}")


def _header(msh: Segment) -> Iterator[Breach]:
    wanted = (
        (7, bool(msh.field(7)), "empty"),
        (9, msh.field(9) in ("ORU^R01", "ORU^R01^ORU_R01"), "neither ORU^R01 nor ORU^R01^ORU_R01"),
        (10, bool(msh.field(10)), "empty"),
        (11, component(msh, 11) in ("D", "P", "T"), "not of table 0103"),
        (12, component(msh, 12) == "2.5.1", "not 2.5.1"),
    )
    for number, right, what in wanted:
        if not right:
            yield Breach("HL7-4", msh.where(number), what, msh.field(number))


def _of_tables(segment: Segment) -> Iterator[Breach]:
    for name, number, table, codes, required in _TABLES:
        value = component(segment, number)
        if segment.name == name and (value or required) and value not in codes:
            yield Breach("HL7-6", segment.where(number), f"not of table {table}", value)
    if segment.name == "OBX" and segment.field(5) and segment.field(2) not in _VALUE_TYPES:
        yield Breach("HL7-6", segment.where(2), "not of table 0125", segment.field(2))


def _numbering(message: RawMessage) -> Iterator[Breach]:
    group: list[Segment] = []
    for segment in message.segments:
        if segment.name == "OBR":
            yield from _group(group)
            group = []
        elif segment.name == "OBX":
            group.append(segment)
    yield from _group(group)


def _group(group: list[Segment]) -> Iterator[Breach]:
    for number, segment in enumerate(group, 1):
        if segment.field(1) not in ("", str(number)):
            yield Breach("HL7-7", segment.where(1), f"not {number}", segment.field(1))
    seen = Counter((obx.field(3), obx.field(4)) for obx in group)
    for segment in group:
        if seen[segment.field(3), segment.field(4)] > 1:
            yield Breach("HL7-7", segment.where(4), "OBX-3 and OBX-4 as another OBX has them")
            return


def _orders(message: RawMessage) -> Iterator[Breach]:
    """Compare each OBR with the ORC before it."""
    orc: Segment | None = None
    for segment in message.segments:
        if segment.name == "ORC":
            orc = segment
        elif segment.name == "OBR" and orc is not None:
            for number in (2, 3):
                obr_number, orc_number = component(segment, number), component(orc, number)
                if obr_number and orc_number and obr_number != orc_number:
                    yield Breach("HL7-11", segment.where(number), f"another number than ORC-{number}")
            orc = None
