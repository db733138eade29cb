"""HTML as an agent reads it."""

import pytest

from fairline.core.text import html_to_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo"),
        ("One<br>Two<br><br>Three<br>", "One\nTwo\n\nThree"),
        ("  lots \n of\t&nbsp; space ", "lots of space"),
        ("<b>bo</b>ld and <i> it </i>alic", "bold and it alic"),
        ("<h1>Title</h1>text", "Title\n\ntext"),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>", "- a\n- b\n  - c"),
        ("<ol start=3><li>a<li>b</ol>", "3. a\n4. b"),
        ("<blockquote>a<br>b<blockquote>c</blockquote></blockquote>d", "> a\n> b\n> > c\n\nd"),
        ("<table><tr><th>Item<th>Price<tr><td>Lamp<td>3</table>", "Item | Price\nLamp | 3"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("a<hr>b", "a\n---\nb"),
        ('<a href="https://acme.example/x">shop</a>', "shop <https://acme.example/x>"),
        ('<a href="https://www.acme.example/">acme.example</a>', "acme.example"),
        ('<a href="mailto:ben@acme.example">ben@acme.example</a>', "ben@acme.example"),
        ('<a href="#top">up</a><a href="javascript:x">no</a>', "upno"),
        (
            '<a href="https://t.example/1"><img src=x alt="Logo"></a>',
            "[Logo] <https://t.example/1>",
        ),
        ("a<script>b()</script><style>c{}</style><!-- d -->e<title>f</title>", "ae"),
        ('x<div style="display: none">hidden<p>too</p></div>y', "xy"),
        ("&lt;b&gt; &amp;amp; &eacute;&#128077;", "<b> &amp; é👍"),
        ("<svg><text>drawn</text></svg>said", "said"),
        ("", ""),
    ],
)
def test_html_reads_as(markup: str, text: str) -> None:
    assert html_to_text(markup) == text


def test_outlook_puts_each_line_into_a_paragraph() -> None:
    markup = "<p class=MsoNormal>Hi,</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>bye</p>"
    assert html_to_text(markup) == "Hi,\n\nbye"


def test_a_caller_may_mark_elements() -> None:
    text = html_to_text(
        "<p>new</p><div class=old>old</div>",
        mark=lambda _, attributes: "*" if attributes.get("class") == "old" else "",
    )
    assert text.split() == ["new", "*", "old"]
