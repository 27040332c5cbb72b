"""Units of measurements: their spellings and their scales, as a closed list.

A unit outside the list is not compared: two unknown spellings may mean the same.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple
from unicodedata import normalize

UNIT_SPELLINGS: Mapping[str, str] = {
    "HU": "[hnsf'U]", "[HU]": "[hnsf'U]", "degrees": "deg", "degree": "deg", "°": "deg", "percent": "%",
    "millimeter": "mm", "millimeters": "mm", "millimetre": "mm", "millimetres": "mm", "centimeter": "cm",
    "centimeters": "cm", "centimetre": "cm", "centimetres": "cm", "square millimeter": "mm2",
    "square centimeter": "cm2",
    "milliliter": "ml", "milliliters": "ml", "millilitre": "ml", "millilitres": "ml", "cc": "cm3", "ccm": "cm3",
    "second": "s", "seconds": "s", "sec": "s", "minute": "min", "minutes": "min", "hours": "h", "msec": "ms",
    "score": "1", "ratio": "1", "no units": "1", "none": "1", "unitless": "1", "megabecquerel": "MBq",
    "milligray": "mGy", "SUV": "g/ml", "SUVbw": "g/ml", "grams": "g", "gram": "g",
    "x10-6mm2/s": "10*-6.mm2/s", "10-6mm2/s": "10*-6.mm2/s", "x10-3mm2/s": "10*-3.mm2/s", "10-3mm2/s": "10*-3.mm2/s",
}  # fmt: skip
"""Spellings in use besides UCUM's own."""


class Scale(NamedTuple):
    """What a unit measures, and how much of that dimension's base unit it is."""

    dimension: str
    factor: Decimal


def _scales(dimension: str, **factors: str) -> dict[str, Scale]:
    return {name: Scale(dimension, Decimal(factor)) for name, factor in factors.items()}


SCALES: Mapping[str, Scale] = {
    **_scales("length", nm="1e-9", um="1e-6", mm="1e-3", cm="1e-2", dm="1e-1", m="1"),
    **_scales("area", mm2="1e-6", cm2="1e-4", dm2="1e-2", m2="1"),
    **_scales("volume", ul="1e-9", mm3="1e-9", ml="1e-6", cm3="1e-6", dl="1e-4", l="1e-3", dm3="1e-3", m3="1"),
    **_scales("time", us="1e-6", ms="1e-3", s="1", min="60", h="3600", d="86400"),
    **_scales("mass", ug="1e-6", mg="1e-3", g="1", kg="1e3"),
    **_scales("activity", Bq="1", kBq="1e3", MBq="1e6", GBq="1e9"),
    **_scales("dose", uGy="1e-6", mGy="1e-3", cGy="1e-2", dGy="1e-1", Gy="1"),
    **_scales("effective dose", uSv="1e-6", mSv="1e-3", Sv="1"),
    **_scales("angle", deg="1"),
    **{f"{unit}/s": Scale("velocity", Decimal(by)) for unit, by in (("mm", "1e-3"), ("cm", "1e-2"), ("m", "1"))},
    **{f"{unit}.cm": Scale("dose length", Decimal(factor)) for unit, factor in (("mGy", "1e-3"), ("Gy", "1"))},
    **{
        f"{dose}.{area}": Scale("dose area", Decimal(factor))
        for dose, area, factor in (
            ("cGy", "cm2", "1e-6"), ("mGy", "cm2", "1e-7"), ("dGy", "cm2", "1e-5"), ("Gy", "cm2", "1e-4"),
            ("uGy", "m2", "1e-6"), ("Gy", "m2", "1"),
        )
    },
    **{
        unit: Scale("diffusion", Decimal(factor))
        for unit, factor in (("10*-6.mm2/s", "1e-12"), ("10*-3.mm2/s", "1e-9"), ("mm2/s", "1e-6"), ("um2/s", "1e-12"))
    },
    **{f"{mass}/{volume}": Scale("density", Decimal(factor)) for mass, volume, factor in (
        ("mg", "dl", "1e-2"), ("mg", "l", "1e-3"), ("g", "l", "1"), ("g", "dl", "1e1"), ("g", "ml", "1e3"),
    )},
    "[hnsf'U]": Scale("attenuation", Decimal(1)),
    "1": Scale("ratio", Decimal(1)),
    "%": Scale("ratio", Decimal("0.01")),
}  # fmt: skip
"""Units that can be compared, as UCUM writes them (litres with a small letter)."""

_ANNOTATION = re.compile(r"\{[^}]*\}")
_LITRE = re.compile(r"(?<![A-Za-z])([munpdc]?)L(?![A-Za-z])")


def scale_of(unit: str | None) -> Scale | None:
    """Return what a unit, however spelt, measures; None for one that is not in the list.

    No unit, and one that is an annotation alone as `{score}`, are a bare number (UCUM section 12).
    """
    text = normalize("NFKC", _ANNOTATION.sub("", unit or "")).replace("\u03bc", "u").replace("^", "").strip()
    if not text:
        return SCALES["1"]
    text = UNIT_SPELLINGS.get(text, UNIT_SPELLINGS.get("".join(text.split()), text))
    return SCALES.get(_LITRE.sub(r"\1l", "".join(text.split()).replace("*cm", ".cm").replace("·", ".")))
