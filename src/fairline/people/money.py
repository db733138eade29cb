"""Amounts of money in the smallest unit of a currency, as people type and read them. Pure."""

import re

from fairline.core.errors import Invalid

# Currencies that do not have two digits after the point. Source: ISO 4217, table A.1.
_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"), 0),
    **dict.fromkeys(("UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
_CODE = re.compile(r"[A-Z]{3}")
_AMOUNT = re.compile(r"([0-9]{1,12})(?:[.,]([0-9]{1,3}))?", re.ASCII)
MOST = 10**14


def read_currency(text: str) -> str:
    """A currency's code. Raises Invalid."""
    code = text.strip().upper()
    if not _CODE.fullmatch(code):
        raise Invalid("Write the currency as three letters, such as EUR.", field="currency")
    return code


def read_amount(text: str, currency: str, *, field: str = "amount") -> int:
    """`12.50` or `12,50` in the smallest unit, above nothing. Raises Invalid.

    A mark between thousands is refused rather than guessed at: 1.000 could be one or a thousand.
    """
    match = _AMOUNT.fullmatch(text.strip().replace(" ", ""))
    digits = _DIGITS.get(currency, 2)
    if match is None or len(match[2] or "") > digits:
        after = f", with at most {digits} digits after the point" if digits else ", a whole one"
        raise Invalid(
            f"Write the amount as a number{after} and no mark between thousands.",
            code="bad_amount",
            field=field,
        )
    amount = int(match[1] + (match[2] or "").ljust(digits, "0"))
    if not 0 < amount <= MOST:
        raise Invalid("The amount must be more than nothing.", code="bad_amount", field=field)
    return amount


def written(amount: int, currency: str) -> str:
    """`12.50 EUR`."""
    return f"{plain(amount, currency)} {currency}"


def plain(amount: int, currency: str) -> str:
    """`12.50`: what `read_amount` reads back."""
    digits = _DIGITS.get(currency, 2)
    if not digits:
        return str(amount)
    text = str(amount).rjust(digits + 1, "0")
    return f"{text[:-digits]}.{text[-digits:]}"
