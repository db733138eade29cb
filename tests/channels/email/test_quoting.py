"""The reply in a mail, told from what it quotes, in whatever language and program."""

# ruff: noqa: RUF001 (other alphabets, not look-alikes)
# ruff: noqa: ISC004 (a mail is one string, also in a list of mails)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.channels.email.quoting import MAX_LINES, read_reply, strip_quotes
from fairline.core.text import is_blank

REPLY = "Danke, das passt.\nIch melde mich."
QUOTED = {
    "marked": "\n\n{}\n> Hallo,\n> wie geht es?\n>\n> Ben",
    "unmarked": "\n\n{}\n\nHallo,\nwie geht es?\n\nBen",
    "glued": "\n{}\n> Hallo\n>> alt",
}

WROTE = [
    "On 11-Apr-2026, at 6:54 PM, Ana Berg <ana@x.example> wrote:",
    "On 04/19/2026 07:10 AM, Ana Berg wrote:",
    "On Nov 30, 2026, at 12:47 PM, Ana <\n416ffd3258d4d2fa4c85cfa4c44e1721d66e3e8f4@x.example>\nwrote:",
    "Am Mo., 15. Jan. 2026, 17:03 schrieb Ana Berg <\nana@x.example>:",
    "Am 03.02.26 um 14:11 schrieb Ana:",
    "Le lun. 3 févr. 2026 à 10:00, Ana <ana@x.example> a écrit :",
    "El lun, 3 feb 2026 a las 10:00, Ana (<ana@x.example>) escribió:",
    "El 3 feb 2026, a las 10:00, Ana [ana@x.example] escribió:",
    "Em seg., 3 de fev. de 2026 às 10:00, Ana <ana@x.example>\nescreveu:",
    "Il giorno lun 3 feb 2026 alle ore 10:00 Ana <ana@x.example> ha scritto:",
    "Op ma 3 feb. 2026 om 10:00 schreef Ana <ana@x.example>:",
    "Op 17-feb.-2026, om 13:18 heeft Ana <ana@x.example> het volgende geschreven:",
    "Den mån 15 jan. 2026 17:03 skrev Ana Berg <\nana@x.example>:",
    "man. 3. feb. 2026 kl. 10:00 skrev Ana <ana@x.example>:",
    "pe 20. lokakuuta 2026 klo 17.50 Ana Berg\n<ana@x.example> kirjoitti:",
    "W dniu 28 stycznia 2026 01:53 użytkownik Ana <ana@x.example>\nnapisał:",
    "pon., 3 lut 2026 o 10:00 Ana <ana@x.example> napisał(a):",
    "Dne po 3. 2. 2026 10:00 uživatel Ana <ana@x.example> napsal:",
    "po 3. 2. 2026 o 10:00 Ana <ana@x.example> napísal(a):",
    "2026. jan. 5., h 14:32 időpontban Berg Ana <ana@x.example> ezt írta:",
    "În lun., 3 feb. 2026 la 10:00, Ana <ana@x.example> a scris:",
    "пн, 3 февр. 2026 г. в 10:00, Ana <ana@x.example>:",
    '02.04.2026 14:20 пользователь "ana@x.example" <\nana@x.example> написал:',
    "пн, 3 лют. 2026 о 10:00 Ana <ana@x.example> пише:",
    "На 3.02.2026 г. в 10:00, Ana <ana@x.example> написа:",
    "Στις Δευ, 3 Φεβ 2026 στις 10:00 π.μ., ο χρήστης Ana <ana@x.example> έγραψε:",
    "3 Şub 2026 Pzt, 10:00 tarihinde Ana <ana@x.example> şunu yazdı:",
    "\u202bבתאריך יום ב׳, 3 בפבר׳ 2026 ב-10:00 מאת \u202aAna\u202c\u200f <\u202aana@x.example\u202c\u200f>:\u202c",
    "في الاثنين، 3 فبراير 2026 10:00 ص Ana <ana@x.example> كتب:",
    "2026年2月3日(月) 10:00 Ana <ana@x.example>:",
    "安娜 <ana@x.example> 在 2026年2月29日 周六 19:47 写道：",
    "Ana <ana@x.example> 於 2026年2月3日 週一 上午10:00寫道：",
    "2026년 2월 3일 (월) 오전 10:00, Ana <ana@x.example>님이 작성:",
    "Vào Th 2, 3 thg 2, 2026 lúc 10:00 Ana <ana@x.example> đã viết:",
    "Pada tanggal Sen, 3 Feb 2026 pukul 10.00 Ana <ana@x.example> menulis:",
    "เมื่อ จ. 3 ก.พ. 2026 เวลา 10:00 Ana <ana@x.example> เขียนว่า:",
    "Missatge de Ana <ana@x.example> del dia dl., 3 de febr. 2026 a les 10:00:",
    "pon, 3. velj 2026. u 10:00 Ana <ana@x.example> napisao je:",
    "Kuupäev E, 3. veebruar 2026 kell 10:00 kirjutas Ana <ana@x.example>:",
    "2026-02-03, pr, 10:00 Ana <ana@x.example> rašė:",
    "In message <abc@x.example>, Ana Berg writes:",
    "At 6/16/2026 08:32 PM, you wrote:",
    "Ana Berg <ana@x.example> schrieb am Fr., 28. Apr. 2026 um 11:53 Uhr:",
    "Ana Berg (ana@x.example) wrote:",
    "суббота, 14 марта 2026 г. пользователь ana написал:",
    "El jueves, 21 de noviembre de 2026, ana escribió:",
    "Zitat von Ana Berg <ana@x.example>:",
    "---- On Wed, 24 Feb 2026 14:02:50 +0530 ana@x.example wrote ----",
    "------On 12/29/2026 17:32 PM, Ana Berg wrote-----",
]  # fmt: skip
BLOCKS = [
    "-----Original Message-----",
    "-------- Ursprüngliche Nachricht --------",
    "-------- Oprindelig besked --------",
    "------------------ 原始邮件 ------------------",
    "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐",
    "-----ana@x.example wrote: -----",
    "________________________________\nFrom: Ana <ana@x.example>\nSent: Monday, 3 February 2026 10:00\n"
    "To: Ben <ben@acme.example>\nSubject: Re: Lamp",
    "From: Ana <ana@x.example>\nDate: Monday, 3 February 2026 at 10:00\nTo: Ben\nSubject: Re: Lamp",
    "*Von:* Ana <ana@x.example>\n*Gesendet:* Montag, 3. Februar 2026 10:00\n*An:* Ben\n*Betreff:* Lampe",
    "De : Ana [mailto:ana@x.example]\nEnvoyé : vendredi 23 janvier 2026 16:39\nÀ : Ben\nObjet : Lampe",
    "De: Ana\nEnviado el: lunes, 3 de febrero de 2026 10:00\nPara: Ben\nAsunto: Lámpara",
    "De: Ana\nEnviada em: segunda-feira, 3 de fevereiro de 2026 10:00\nPara: Ben\nAssunto: Lampada",
    "Da: Ana\nInviato: lunedì 3 febbraio 2026 10:00\nA: Ben\nOggetto: Lampada",
    "Van: Ana\nVerzonden: maandag 3 februari 2026 10:00\nAan: Ben\nOnderwerp: Lamp",
    "Från: Ana\nSkickat: den 3 februari 2026 10:00\nTill: Ben\nÄmne: Lampa",
    "Fra: Ana\nSendt: mandag 3. februar 2026 10:00\nTil: Ben\nEmne: Lampe",
    "Lähettäjä: Ana\nLähetetty: maanantai 3. helmikuuta 2026 10:00\nVastaanottaja: Ben\nAihe: Lamppu",
    "Od: Ana\nWysłano: poniedziałek, 3 lutego 2026 10:00\nDo: Ben\nTemat: Lampa",
    "Od: Ana\nOdesláno: pondělí 3. února 2026 10:00\nKomu: Ben\nPředmět: Lampa",
    "Feladó: Ana\nElküldve: 2026. március 4. 10:12\nCímzett: Ben\nTárgy: Lámpa",
    "От: Ana\nОтправлено: понедельник, 3 февраля 2026 г. 10:00\nКому: Ben\nТема: Лампа",
    "Kimden: Ana\nGönderildi: 3 Şubat 2026 Pazartesi 10:00\nKime: Ben\nKonu: Lamba",
    "发件人: Ana\n发送时间: 2026年2月3日 10:00\n收件人: Ben\n主题: 灯",
    "差出人: Ana\n送信日時: 2026年2月3日 10:00\n宛先: Ben\n件名: ランプ",
    "보낸 사람: Ana\n보낸 날짜: 2026년 2월 3일\n받는 사람: Ben\n제목: 램프",
    "Date: Wed, 16 May 2026 00:15:02 -0600\nTo: ben@acme.example",
    "##- Please type your reply above this line -##",
    "-- Bitte antworten Sie oberhalb dieser Zeile --",
    "Por favor, escriba su respuesta por encima de esta línea",
]  # fmt: skip


@pytest.mark.parametrize("style", QUOTED)
@pytest.mark.parametrize("opening", WROTE + BLOCKS)
def test_what_follows_is_history(opening: str, style: str) -> None:
    reply = strip_quotes(REPLY + QUOTED[style].format(opening))
    assert (reply.text, reply.has_history) == (REPLY, True)


@pytest.mark.parametrize(
    ("mail", "reply"),
    [
        ("On 19/04/2026 07:10, Ben wrote:\n\n>\n> Which lamp?\nThe red one", "The red one"),
        ("> Which lamp?\n\nThe red one", "The red one"),
        ("Hi,\nOn Mon, 3 Feb 2026 at 10:00, Ben wrote:\n> Which?\n\nThe red one.\n\n> Ben\n",
         "Hi,\n\nThe red one."),
        ("The red one.\n\nOn 3 Feb 2026 at 10:00, Ben wrote:\n> Which?\n\nRegards, Cleo",
         "The red one.\n\nRegards, Cleo"),
        ("The red one On Wed, Apr 4, 2026 at 3:59 PM, ben@acme.example wrote:\n> Which?",
         "The red one"),
        ("Fine\n2026/4/7 Ben <ben@acme.example>\n\n>  Is it red?", "Fine"),
        ("Fine\n\nSent from Samsung MobileBen <ben@acme.example> wrote:\n\n>\n> Red?", "Fine"),
        ("Fine\n> On 22 Aug 2026, at 19:21, Ben <ben@acme.example> wrote:\n>\n> Red?", "Fine"),
        ("Yes\n\nOn Monday, 24 May 2026 at 3:46 PM, Ben wrote:\n\n> a line that is long enough to be"
         " wrapped by the mail program\nthat quotes it\n> and goes on", "Yes"),
    ],
)  # fmt: skip
def test_wherever_it_is_put(mail: str, reply: str) -> None:
    assert strip_quotes(mail).text == reply


def test_answers_between_the_lines_keep_what_they_answer() -> None:
    mail = (
        "On 3 Feb 2026 at 10:00, Ben wrote:\n> May we come on Monday?\n\nYes, after ten.\n\n"
        "> Who is at home?\n\nI am.\n\n> Regards\n> Ben\n\n-- \nCleo\n"
    )
    reply = strip_quotes(mail).text
    assert reply.endswith(
        "> May we come on Monday?\n\nYes, after ten.\n\n> Who is at home?\n\nI am."
    )


@pytest.mark.parametrize(
    "mail",
    [
        "On the surface this is a header.\n\nOn average it works.",
        "One question:\n\nLocally, when I run...",
        "I read mails that come from: ben@x.example and from: ada@x.example",
        "Please book:\n\nFrom: Oxford\nTo: London\n\nThank you",
        "My form says:\nFrom: Cleo\nSubject: Lamp\nIt does not send.",
        "As your brochure says:\n\n> free delivery\n\nis that true?",
        "Look here\n>>> http://x.example <<<\nat once",
        "See <http://x.example/a/very/long\n> for more",
        "Points\n----\n\n1. red\n\n----\n\nThat is all.\n\n====\n\nReally.",
        "> only quoted\n> lines",
        "Dates: 2026-01-02 10:00 and 10:30, write to me:",
        "My list:\n- chair\n- table\n-Lamp",
        "Sent from my desk, is much easier then my phone.",
        "a -- b\nnot a signature",
    ],
)
def test_what_somebody_wrote_is_kept(mail: str) -> None:
    assert strip_quotes(mail).text == mail
    assert not strip_quotes(mail).has_history


def test_a_forward_is_kept_whole() -> None:
    mail = (
        "FYI\n\n---------- Forwarded message ---------\nFrom: Dov <dov@x.example>\n"
        "Date: Tue, 4 Sep 2026 at 13:35\nSubject: Two\nTo: <cleo@x.example>\n\nText\n> old"
    )
    assert strip_quotes(mail).text == mail
    outlook = (
        "See below.\n\nFrom: Dov\nSent: Monday, 3 February 2026 10:00\nTo: Cleo\nSubject: x\n\nText"
    )
    assert strip_quotes(outlook, is_forward=True).text == outlook


@pytest.mark.parametrize(
    ("tail", "kept"),
    [
        ("-- \nCleo Stone\nStone Ltd", ""),
        ("--\nCleo\n+44 20 7946 0000", ""),
        ("Sent from my iPhone", ""),
        ("Sent from my iPhone.", ""),
        ("Sent from Mail for Windows 10", ""),
        ("Get Outlook for iOS<https://aka.ms/o0ukef>", ""),
        ("Von meinem iPhone gesendet", ""),
        ("Gesendet von Outlook für Android<https://aka.ms/AAb9ysg>", ""),
        ("Envoyé de mon iPhone", ""),
        ("Enviado desde mi iPhone", ""),
        ("Verzonden vanaf mijn iPhone", ""),
        ("Wysłane z iPhone'a", ""),
        ("iPhoneから送信", ""),
        ("发自我的 iPhone", ""),
        ("Отправлено с iPhone", ""),
        ("Sent from my cell, please excuse any typos.", ""),
        ("Sent from Berlin on Monday but still not here", "Sent from Berlin on Monday but still not here"),
        ("Sent with love", "Sent with love"),
        ("-Cleo Stone", ""),
        ("Thanks,\nCleo", "Thanks,\nCleo"),
        ("Best regards,\nCleo Stone\nStone Ltd\nTel 020 7946 0000", "Best regards,\nCleo Stone"),
        ("Cleo Stone\nvia mobile", "Cleo Stone"),
        ("_______________________________\nlamps mailing list\nhttp://x.example/lamps", ""),
        ("This e-mail and any attachments are confidential and intended only for the addressee. If you "
         "are not the intended recipient please delete it at once.", ""),
        ("Thanks!\nCleo\n\n-- \nCleo Stone\nStone Ltd\n\nSent from my iPhone", "Thanks!\nCleo"),
    ],
)  # fmt: skip
def test_a_signature_is_left_out(tail: str, kept: str) -> None:
    reply = strip_quotes(f"The lamp is broken.\n\n{tail}", sender_name="Cleo Stone").text
    assert reply == f"The lamp is broken.\n\n{kept}".strip()


def test_a_signature_alone_is_better_than_nothing() -> None:
    assert strip_quotes("Sent from my iPhone").text == "Sent from my iPhone"


HTML = "<div>New words</div>{}"


@pytest.mark.parametrize(
    "history",
    [
        '<div class="gmail_quote"><div class="gmail_attr">Ana, gestern, meinte<br></div>'
        '<blockquote class="gmail_quote">old</blockquote></div>',
        '<div class="moz-cite-prefix">Ana, unlängst:<br></div><blockquote type=cite>old</blockquote>',
        '<div id="appendonsend"></div><hr tabindex=-1><div id="divRplyFwdMsg">X: Ana</div>old',
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">X: Ana</div>old',
        '<div class="yahoo_quoted">old</div>',
        '<div class="protonmail_quote">old</div>',
        '<hr id="zwchr">old',
        "<blockquote>old</blockquote>",
        '<div class="WordSection1"><p class=MsoNormal><b>From:</b> Ana<br><b>Sent:</b> Monday, 3 February'
        " 2026 10:00<br><b>To:</b> Ben<br><b>Subject:</b> Lamp</p></div>old",
    ],
)
def test_elements_tell_history_in_any_language(history: str) -> None:
    assert read_reply("", HTML.format(history)).text == "New words"


def test_the_html_is_asked_when_the_text_shows_no_history() -> None:
    html = HTML.format('<div class="protonmail_quote">old words</div>')
    assert read_reply("New words\nold words", html).text == "New words"
    assert read_reply("New words", "<div>New words</div>").text == "New words"


def test_an_answer_under_the_quotation_in_html_is_the_answer() -> None:
    html = (
        '<div class="gmail_quote"><div class="gmail_attr">On Monday Ana wrote:</div>'
        "<blockquote>old</blockquote></div><div>New words</div>"
    )
    assert read_reply("", html).text == "New words"


@given(st.text(alphabet=st.sampled_from("ab> \n:-_@.,1Onwrote"), max_size=300))
def test_words_never_vanish_altogether(text: str) -> None:
    assert is_blank(strip_quotes(text).text) == is_blank(text)


@given(
    st.lists(
        st.sampled_from([*WROTE[:6], *BLOCKS[:7], "> q", "words", "", "-- ", "-Cleo"]), max_size=12
    )
)
def test_only_what_was_there_is_returned(lines: list[str]) -> None:
    text = "\n".join(lines)
    given_lines = {line.strip("> ") for line in text.split("\n")}
    assert {line.strip("> ") for line in strip_quotes(text).text.split("\n")} <= given_lines | {""}


@pytest.mark.parametrize(
    "unit", ["\n", "> a\nb\n", "From: a\nDate: 10:00\n", "-- \n", "____________\n", "a:\n"]
)
def test_a_text_as_long_as_a_book_is_no_trouble(unit: str) -> None:
    text = unit * 100_000
    assert len(strip_quotes(text).text) <= len(text)
    assert text.count("\n") > MAX_LINES


def test_the_end_of_a_book_is_not_lost() -> None:
    book = "line\n" * (MAX_LINES + 10) + "The end."
    assert strip_quotes(book).text.endswith("The end.")
    assert strip_quotes(book, is_forward=True).text.endswith("The end.")
