"""A report as one HTML file: charts drawn as SVG beside their tables, no script, nothing loaded."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from fairline.simulation.charts import charts
from fairline.simulation.report import Report
from fairline.simulation.wording import facts, gap_in_words, sheets

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(report: Report) -> str:
    """The whole file's text."""
    return _ENVIRONMENT.get_template("page.html").render(
        report=report,
        facts=facts(report),
        sheets=sheets(report),
        charts=charts(report),
        verdicts=[(one.title, one.words, gap_in_words(one)) for one in report.policies],
    )
