"""A report as a table to work on: CSV, one row for each group and for each comparison. Pure."""

import csv
import io

from fairline.line.fairness.report import Group, Report

COLUMNS = (
    *("row", "attribute", "group", "compared_with", "measure", "cases", "other_cases"),
    *("value", "other_value", "apart", "low", "high", "level", "p", "chance", "verdict", "text"),
)
# A spreadsheet takes a cell that begins like this for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(report: Report) -> str:
    """Waits in working minutes, shares of 1. The meaning of columns: docs/guides/fairness.md."""
    out = io.StringIO()
    sheet = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    sheet.writeheader()
    for group in (report.total,):
        sheet.writerows(_group_rows("all", group))
    for part in report.parts:
        for group in part.groups:
            sheet.writerows(_group_rows(part.name, group))
    for part in report.parts:
        for said in part.said:
            one = said.numbers
            told = one.verdict != "little"
            sheet.writerow(
                {
                    "row": "comparison",
                    "attribute": one.attribute,
                    "group": _plain(one.group),
                    "compared_with": _plain(one.other),
                    "measure": one.measure,
                    "cases": one.count,
                    "other_cases": one.other_count,
                    "value": _number(one.value),
                    "other_value": _number(one.other_value),
                    "apart": _number(one.apart) if told else "",
                    "low": _number(one.low) if told else "",
                    "high": _number(one.high) if told else "",
                    "level": _number(one.level) if told else "",
                    "p": _number(one.p) if told else "",
                    "chance": "" if one.chance is None else _number(one.chance),
                    "verdict": one.verdict,
                    "text": _plain(said.text),
                }
            )
    return out.getvalue()


def _group_rows(attribute: str, group: Group) -> list[dict[str, object]]:
    whose = {"row": "group", "attribute": attribute, "group": _plain(group.name)}
    rows: list[dict[str, object]] = []
    if group.wait:
        rows.append(
            whose
            | {"measure": "wait", "cases": group.cases, "value": _number(group.wait.middle)}
            | {"low": _number(group.wait.low), "high": _number(group.wait.high), "level": 0.95}
        )
    rows += [
        whose
        | {"measure": measure, "cases": share.count, "value": _number(share.value)}
        | {"low": _number(share.low), "high": _number(share.high), "level": 0.95}
        for measure, share in (
            ("answered", group.answered),
            ("kept", group.kept),
            ("taken", group.out_of_turn),
        )
        if share.count
    ]
    return rows


def _number(value: float) -> float:
    return round(value, 6)


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
