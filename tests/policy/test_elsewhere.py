"""What only sends a customer elsewhere, and what is an answer though it names a way too."""

import random
import time

import pytest

from fairline.policy.elsewhere import MOST_TEXT, sends_elsewhere

SENT = [
    ("phone", "Hi Cleo, sorry to hear that. Please call 0800 123 4567."),
    ("mail", "Please write to help@shop.test and they will look into it."),
    ("message", "DM us"),
    ("message", "Thanks for reaching out! Please send us a direct message so we can assist. ^AB"),
    ("form", "Please use our contact form: https://shop.test/contact"),
    ("others", "Please contact your bank."),
    ("others", "I'm sorry, you need to contact the carrier about that."),
    ("others", "Sorry, this is not our department."),
    ("phone", "Guten Tag, das tut uns leid. Bitte rufen Sie unsere Hotline an."),
    ("others", "Bitte wenden Sie sich an den Versanddienst."),
    ("form", "Bitte nutzen Sie unser Kontaktformular. Viele Grüße"),
    ("phone", "Bonjour, désolés pour ce souci. Appelez le 0800 123 456."),
    ("others", "Merci de contacter votre banque."),
    ("form", "Bonjour, veuillez utiliser notre formulaire."),
    ("phone", "Hola, lo sentimos. Llame al 900 123 456, por favor."),
    ("others", "Póngase en contacto con su banco."),
    ("mail", "Hola, escríbanos a ayuda@tienda.test."),
    ("phone", "Beste Cleo, wat vervelend. Bel onze klantenservice."),
    ("others", "Neem contact op met de vervoerder."),
    ("form", "Gebruik ons contactformulier."),
]
ANSWERS = [
    "We have fixed it, and if it comes back call us.",
    "We have refunded you. If it is not there on Friday, please call us.",
    "Your parcel is at the depot in Leeds, otherwise call us on 0800 123 4567.",
    "Hold the button for ten seconds. If that does not help, please contact us.",
    "Which version are you running?",
    "We will contact your bank today.",
    "I have asked the carrier and will write to you tomorrow.",
    "I've just sent you a DM.",
    "Thanks for your patience!",
    "Yes. Call us any time.",
    "Wir haben das Geld erstattet. Sonst rufen Sie uns bitte an.",
    "Wir melden uns bei Ihnen.",
    "Nous avons remboursé la commande. Appelez-nous au besoin.",
    "Hemos enviado otro paquete. Si no llega, llame al 900 123 456.",
    "We hebben het opgelost. Bel ons als het terugkomt.",
    "",
]


@pytest.mark.parametrize(("way", "text"), SENT)
def test_it_does_nothing_but_send_away(way: str, text: str) -> None:
    found = sends_elsewhere(text)
    assert found, text
    assert found.way == way


@pytest.mark.parametrize("text", ANSWERS)
def test_it_is_an_answer(text: str) -> None:
    assert sends_elsewhere(text) is None


@pytest.mark.parametrize("text", [text for _, text in SENT])
def test_one_sentence_that_says_something_makes_it_an_answer(text: str) -> None:
    assert sends_elsewhere(f"Your parcel left Hamburg this morning. {text}") is None


def test_hostile_text_is_not_slow() -> None:
    draw = random.Random(2)
    units = [
        *("call ", "please contact ", "dm,", "a@", "send us a ", "rufen Sie ", "contactez ", "^a "),
        *("https://", "- ", "we are so so ", "use use ", "1/2", "@@", "neem ", "….", "\n"),
        "".join(draw.choice("aAé0 .,@!?^*~/-") for _ in range(MOST_TEXT)),
    ]
    started = time.process_time()
    for unit in units:
        sends_elsewhere((unit * MOST_TEXT)[:MOST_TEXT])
        sends_elsewhere((unit * 100_000)[:100_000])
    assert time.process_time() - started < 1.0
