"""Words beside a number that say what it is: a phone's, or an order's. In the languages we know."""

import re

# Whole words in scripts that part them; in the others they stand within the line.
_PHONE = (
    r"(?:tele)?phones?|phone ?(?:no|nr|number)|tel|telefon\w{0,6}|t[ée]l[ée]phone|tlf|tfn"
    r"|puhelin\w{0,4}"
    r"|mobiles?|mobil(?:e|nr|nummer|telefon)?|cell(?:ulare|phone)?s?|cellular|handy\w{0,7}"
    r"|portable|gsm"
    r"|m[óo]vil|celular|telem[óo]vel|telefone|tel[ée]fono|telefoon\w{0,7}|mobiel|kom[óo]rka"
    r"|komórk\w{1,3}"
    r"|call(?: me| us| back| him| her)?|ring(?: me)?|dial|hotline|fax|whats ?app|sms|text me"
    r"|reach me|signal"
    r"|ruf(?:en|t|e)?(?: mich| sie mich)?|anruf\w{0,4}|erreich\w{0,5}|r[üu]ckruf\w{0,6}"
    r"|appel\w{0,4}|joindre"
    r"|llam\w{1,6}|chiam\w{1,6}|ligue|ligar|bel(?:len)?|zadzwo\w{1,4}|dzwoni\w{0,4}|ring(?:a"
    r"|er)?|soita"
    r"|телефон\w{0,4}|тел|звон\w{1,5}|позвон\w{1,5}|моб|arayın|ara(?:y[ıi]n)?"
)
_UNSPACED = (
    "電話|携帯|电话|手机|電話番号|전화|연락처|휴대폰|هاتف|جوال|اتصل|تلفون|טלפון|נייד|โทร|फोन|फ़ोन"
)
PHONE = re.compile(rf"(?<!\w)(?:{_PHONE})(?!\w)|{_UNSPACED}", re.IGNORECASE)
_OTHER = (
    r"order\w{0,6}|invoice\w{0,2}|ref(?:erence)?|case|ticket|tracking|parcel|booking"
    r"|confirmation|policy"
    r"|claim|account|acct|a/c|serial|model|item|code|zip|postcode|plz|ean|isbn|imei|sku|id"
    r"|card|iban|ssn"
    r"|bestell\w{0,8}|auftrag\w{0,8}|rechnung\w{0,8}|kundennummer|sendung\w{0,8}"
    r"|vertrag\w{0,8}|konto\w{0,7}"
    r"|commande|facture|dossier|suivi|contrat|pedido|factura|env[íi]o|contrato|cuenta|ordine"
    r"|fattura|pratica"
    r"|encomenda|fatura|processo|bestelling|factuur|klantnummer|zam[óo]wieni\w{1,3}"
    r"|faktur\w{1,3}|заказ\w{0,3}"
    r"|flight|version|build|firmware|error|pin|password|amount|price|total|usd|eur|gbp|£|\$|€"
)
OTHER = re.compile(rf"(?<!\w)(?:{_OTHER})(?!\w)|[#№]|注文|订单|주문", re.IGNORECASE)
_NAMED = re.compile(
    r"[#№:=]|\b(?:num(?:ber|ero|éro|mer)|nummer|n[or°º]\.?|nr|id|code|is|was|of)\b", re.IGNORECASE
)
_SENTENCE = re.compile(r"[.!?\n](?:\s|$)")
_BEFORE_CHARS = 48
# "order no. is 030 …": what a number is called stands right before it.
_OTHER_CHARS = 22
_AFTER_CHARS = 24


def context(text: str, start: int, end: int) -> str:
    """What the words nearest before the number, else after it, say it is: `phone`, `other` (an
    order, a sum), `named` (the number of an order), or ''.
    """
    line = text.rfind("\n", max(0, start - _BEFORE_CHARS), start) + 1
    before = text[max(line, start - _BEFORE_CHARS, 0) : start]
    phone = max((found.end() for found in PHONE.finditer(before)), default=-1)
    sentence = max((found.end() for found in _SENTENCE.finditer(before)), default=0)
    near = max(sentence, len(before) - _OTHER_CHARS)
    other = max((found.end() for found in OTHER.finditer(before, near)), default=-1)
    if phone > other:
        return "phone"
    if other >= 0:
        return "named" if _NAMED.search(before, other - 1) else "other"
    after = _SENTENCE.split(text[end : end + _AFTER_CHARS], maxsplit=1)[0]
    return "phone" if PHONE.search(after) else ""
