"""Personal identity numbers of states, by python-stdnum's rules for each.

Precise before complete. A number is found where its written form is unmistakable and its check
digits fit; a bare row of digits only where a word beside it names it. Countries not listed here
are not looked for.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module

import msgspec

from fairline.policy.finding import Finding


class NationalId(msgspec.Struct, frozen=True, kw_only=True):
    """A country's number. `shape` is a form that nothing else has, `bare` one that needs a name
    beside it; `module` judges the check digits ('' where the state gave it none).
    """

    country: str
    module: str
    shape: str = ""
    bare: str = ""
    names: str = ""


_LIST = (
    NationalId(
        country="US",
        module="us.ssn",
        shape=r"\d{3}-\d{2}-\d{4}",
        bare=r"\d{3} ?\d{2} ?\d{4}",
        names=r"ssn|social security(?: number| no)?|social",
    ),
    NationalId(
        country="GB",
        module="",
        shape=r"(?i:(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
        r" ?\d{2} ?\d{2} ?\d{2} ?[A-D])",
    ),
    NationalId(
        country="DE",
        module="de.idnr",
        shape=r"\d{2} \d{3} \d{3} \d{3}",
        bare=r"\d{11}",
        names=r"steuer-?id\w{0,20}|idnr|steuer-?identifikationsnummer|tax id",
    ),
    NationalId(
        country="FR",
        module="fr.nir",
        shape=r"[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}",
    ),
    NationalId(
        country="IT",
        module="it.codicefiscale",
        shape=r"(?i:[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z])",
    ),
    NationalId(
        country="ES",
        module="es.dni",
        shape=r"(?i:\d{8}[ -]?[TRWAGMYFPDXBNJZSQVHLCKE])",
    ),
    NationalId(country="ES", module="es.nie", shape=r"[XYZ][ -]?\d{7}[ -]?[A-Z]"),
    NationalId(
        country="NL",
        module="nl.bsn",
        bare=r"\d{4}[ .]?\d{2}[ .]?\d{3}|\d{9}",
        names=r"bsn|burgerservicenummer|sofinummer",
    ),
    NationalId(
        country="BE",
        module="be.nn",
        shape=r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}",
        bare=r"\d{11}",
        names=r"rijksregisternummer|num[ée]ro national|registre national",
    ),
    NationalId(country="CH", module="ch.ssn", shape=r"756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}"),
    NationalId(
        country="AT",
        module="at.vnr",
        shape=r"\d{4} (?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}",
        bare=r"\d{10}",
        names=r"sozialversicherungsnummer|svnr|sv-nummer",
    ),
    NationalId(
        country="SE",
        module="se.personnummer",
        shape=r"(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[-+]\d{4}",
        bare=r"(?:19|20)?\d{10}",
        names=r"personnummer",
    ),
    NationalId(
        country="DK",
        module="dk.cpr",
        shape=r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}-\d{4}",
        bare=r"\d{10}",
        names=r"cpr(?:-?(?:nr|nummer))?",
    ),
    NationalId(
        country="NO",
        module="no.fodselsnummer",
        shape=r"(?:[0-7]\d)(?:[0145]\d)\d{2} \d{5}",
        bare=r"\d{11}",
        names=r"f[øo]dselsnummer|personnummer",
    ),
    NationalId(
        country="FI",
        module="fi.hetu",
        shape=r"(?:[0-3]\d)(?:[01]\d)\d{2}[-+ABCDEFYXWVU]\d{3}[0-9A-Y]",
    ),
    NationalId(
        country="PL",
        module="pl.pesel",
        bare=r"\d{11}",
        names=r"pesel",
    ),
    NationalId(
        country="CZ",
        module="cz.rc",
        shape=r"\d{2}[0-8]\d[0-3]\d/\d{4}",
    ),
    NationalId(
        country="PT",
        module="pt.nif",
        bare=r"\d{3} ?\d{3} ?\d{3}",
        names=r"nif|n[úu]mero de contribuinte",
    ),
    NationalId(
        country="IE",
        module="ie.pps",
        bare=r"\d{7}[A-W][A-IW]?",
        names=r"pps(?:n| number| no)?",
    ),
    NationalId(
        country="BR",
        module="br.cpf",
        shape=r"\d{3}\.\d{3}\.\d{3}-\d{2}",
        bare=r"\d{11}",
        names=r"cpf",
    ),
    NationalId(
        country="IN",
        module="in_.aadhaar",
        bare=r"\d{4}[ -]?\d{4}[ -]?\d{4}",
        names=r"aadh?aar(?: card)?(?: number| no)?",
    ),
    NationalId(
        country="IN",
        module="in_.pan",
        shape=r"[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]",
    ),
    NationalId(
        country="CA",
        module="ca.sin",
        bare=r"\d{3}[ -]?\d{3}[ -]?\d{3}",
        names=r"s\.?i\.?n\.?|social insurance(?: number)?",
    ),
    NationalId(
        country="AU",
        module="au.tfn",
        bare=r"\d{3} ?\d{3} ?\d{2,3}",
        names=r"tfn|tax file number",
    ),
    NationalId(
        country="ZA",
        module="za.idnr",
        bare=r"\d{6} ?\d{4} ?\d{3}|\d{13}",
        names=r"id(?: number| no)?|identity number",
    ),
    NationalId(
        country="TR",
        module="tr.tckimlik",
        bare=r"\d{11}",
        names=r"t\.?c\.?(?: kimlik)?(?: no\w{0,5}| numara\w{0,4})?|kimlik no\w{0,5}",
    ),
    NationalId(country="KR", module="kr.rrn", shape=r"\d{2}(?:0[1-9]|1[0-2])[0-3]\d-[0-9]\d{6}"),
    NationalId(country="CN", module="cn.ric", shape=r"[1-8]\d{5}(?:19|20)\d{9}[0-9X]"),
    NationalId(country="MX", module="mx.curp", shape=r"[A-Z]{4}\d{6}[HM][A-Z]{5}[0-9A-Z]\d"),
    NationalId(country="CL", module="cl.rut", shape=r"\d{1,2}\.\d{3}\.\d{3}-[\dK]"),
    NationalId(country="RO", module="ro.cnp", bare=r"\d{13}", names=r"cnp"),
    NationalId(country="BG", module="bg.egn", bare=r"\d{10}", names=r"egn|егн"),
    NationalId(country="HR", module="hr.oib", bare=r"\d{11}", names=r"oib"),
    NationalId(country="EE", module="ee.ik", bare=r"\d{11}", names=r"isikukood"),
    NationalId(country="LT", module="lt.asmens", bare=r"\d{11}", names=r"asmens kod\w{1,3}"),
    NationalId(country="LV", module="lv.pvn", bare=r"\d{6}-?\d{5}", names=r"personas kod\w{1,2}"),
)
COUNTRIES = tuple(dict.fromkeys(one.country for one in _LIST))
_GAP = r"(?:[^\w\n]{0,4}(?:is|ist|est|es|è|no|nr|n°|number|nummer|:|=|#)?){1,3}[^\w\n]{0,3}"
# Not a piece of a longer number, such as of a phone number written +60 1-300-12-3456.
_EDGE, _END = r"(?<![A-Za-z0-9+])(?<!\d[-.])", r"(?![A-Za-z0-9])(?!-\d)"
_COMPILED: list[tuple[NationalId, re.Pattern[str] | None, re.Pattern[str] | None]] = [
    (
        one,
        re.compile(f"{_EDGE}(?:{one.shape}){_END}") if one.shape else None,
        re.compile(rf"(?<!\w)(?:{one.names}){_GAP}(?P<value>{one.bare}){_END}", re.IGNORECASE)
        if one.bare
        else None,
    )
    for one in _LIST
]
_JUDGES: dict[str, Callable[[str], bool]] = {}


def find_national_ids(text: str, countries: Sequence[str] = ()) -> Iterator[Finding]:
    """Every identity number in folded text. A bare number that its own name announces is found
    whatever the country; `countries` (of the brand) come first where two claim one number.
    """
    ordered = sorted(_COMPILED, key=lambda item: item[0].country not in countries)
    for one, shape, bare in ordered:
        for found in shape.finditer(text) if shape else ():
            if _fits(one, found[0]):
                yield _finding(found.start(), found[0], 0.95)
        for found in bare.finditer(text) if bare else ():
            # A state that gave it no check digits, or a word that names it: the name suffices.
            yield _finding(found.start("value"), found["value"], 0.9)


def _fits(one: NationalId, number: str) -> bool:
    if not one.module:
        return True
    if one.module not in _JUDGES:
        _JUDGES[one.module] = import_module(f"stdnum.{one.module}").is_valid
    return _JUDGES[one.module](number.upper())


def _finding(start: int, value: str, certainty: float) -> Finding:
    return Finding(kind="national_id", start=start, end=start + len(value), certainty=certainty)
