"""Postal addresses, as far as a pattern can: a street with its house number, or a post-office box.

High precision, limited reach: Latin script, the usual street words of eight languages. Not found:
addresses in other scripts, houses with a name instead of a number, farms, and streets whose name
has no street word ("Unter den Linden 5", "Broadway 12").
"""

import re
from collections.abc import Iterator

from fairline.policy.finding import Finding

_UP = r"[A-ZÀ-ÖØ-ÞŁŚŻ]"
_NAME = rf"{_UP}[\w'’.-]{{1,24}}"
_NUMBER = r"\d{1,5}(?:[ -]?[A-Ha-h])?(?:[-/]\d{1,4})?"
_NO = rf"(?:n[°ºo.]? ?)?{_NUMBER}"
_OF = (
    r"(?:d[eaiou]s?|del|della|dei|delle|des|du|d['’]|de la|de las|de los|la|las|los|le|les"
    r"|van|der|den|het)"
)
_EN = (
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Ct|Boulevard|Blvd|Close|Crescent"
    r"|Cres|Terrace"
    r"|Way|Place|Pl|Square|Sq|Parkway|Pkwy|Highway|Hwy|Gardens|Grove|Circle|Cir|Row|Mews"
    r"|Trail|Hill|Broadway)"
)
_LOWER = r"(?:street|road|avenue|lane|boulevard|crescent|terrace|parkway|highway|drive|court)"
_PATTERNS = [
    # 12 High Street; 12B Old Kent Rd; 1600 N Pennsylvania Ave NW
    (
        rf"{_NUMBER},? (?:[NSEW]\.? |(?:North|South|East|West) )?(?:(?:{_NAME}|\d{{1,3}}(?:st|nd"
        rf"|rd|th)) ){{1,3}}{_EN}(?!\w)(?:,? [NSEW]{{1,2}}(?!\w))?"
    ),
    # 12 high street, when somebody lives or wants something there
    (
        rf"(?:live at|lives at|living at|address is|address:|deliver(?:ed)? to|send it to"
        rf"|ship(?:ped)? to|new address) (?P<at>{_NUMBER}),?"
        rf" (?:[\w'.-]{{2,20}} ){{1,3}}{_LOWER}(?!\w)"
    ),
    # Hauptstraße 5, Lange Str. 12a, Kerkstraat 3, Storgatan 7
    rf"(?:{_UP}[\w.-]{{1,20}} )?\w[\w-]{{2,30}}(?:straße|strasse) ?{_NUMBER}",
    (
        rf"(?:{_UP}[\w.-]{{1,20}} )?{_UP}[\w-]{{2,30}}(?:str\.|weg|allee|platz|gasse|damm|ufer"
        rf"|straat|laan|plein|gracht|kade|singel|gatan|vägen|[^i]gade|vej|gata|veien"
        rf"|katu) ?{_NUMBER}"
    ),
    rf"(?:{_NAME} ){{1,2}}(?:Straße|Strasse|Str\.|Weg|Allee|Platz|Gasse|Damm|Ufer|Ring) {_NUMBER}",
    # 12 bis, rue de la Paix
    (
        rf"\d{{1,4}}(?: ?(?:bis|ter|quater))?,? (?:rue|avenue|av\.|boulevard|bd|place|chemin"
        rf"|allée|impasse|route|quai|cours|square) (?:{_OF}[ ]?){{0,2}}{_NAME}(?: {_NAME})?"
    ),
    # Calle Mayor 5; Via Garibaldi, 12; Rua das Flores 8; ul. Długa 3
    (
        rf"(?:[Cc]alle|C/|[Aa]vda\.?|[Aa]venida|[Pp]laza|[Pp]aseo|[Vv]ia|[Vv]iale|[Pp]iazza"
        rf"|[Cc]orso|[Ll]argo|[Rr]ua|[Tt]ravessa|[Aa]v\.|ul\.|al\."
        rf"|os\.) ?(?:{_OF} ){{0,2}}(?:{_NAME} ){{0,2}}{_NAME},? {_NO}"
    ),
    # Boxes
    (
        r"(?:P\.? ?O\.? ?Box|Postfach|Postbus|Apartado(?: de correos)?|Casella postale"
        r"|Boîte postale|Caixa postal) (?:\d{1,4} ?\d{1,4})"
    ),
]
_STREETS = [re.compile(rf"(?<![\w]){pattern}(?!\w)") for pattern in _PATTERNS]
# The town that follows belongs to it: ", 10115 Berlin", ", London SW1A 1AA", ", Austin, TX 78701".
_TOWN = re.compile(
    rf"[,\n ]{{1,3}}(?:(?:[A-Z]{{1,2}}-)?\d{{4,5}}(?: ?[A-Z]{{2}}(?!\w))? {_NAME}(?: {_NAME})?"
    rf"|{_NAME}(?: {_NAME})?,? (?:[A-Z]{{2}} \d{{5}}(?:-\d{{4}})?"
    rf"|[A-Z]{{1,2}}\d[A-Z\d]? ?\d[A-Z]{{2}}))"
)
# "2 Way", "10 Years down the Road": a number of something, not of a house.
_NOT = re.compile(
    r"^\d+ (?:(?:Minute|Min|Hour|Hr|Day|Week|Month|Year|Mile|Km|Star|Way|Time|Percent|Inch|GB"
    r"|MB)s?\b)",
    re.IGNORECASE,
)


def find_addresses(text: str) -> Iterator[Finding]:
    """Every street with a house number in folded text. Linear in its length."""
    for pattern in _STREETS:
        for found in pattern.finditer(text):
            if _NOT.match(found[0]):
                continue
            town = _TOWN.match(text, found.end())
            end = town.end() if town else found.end()
            yield Finding(
                kind="address",
                start=found.start("at") if "at" in found.re.groupindex else found.start(),
                end=end,
                certainty=0.95 if town else 0.8,
            )
