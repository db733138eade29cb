"""The public side: the ask box, threads under secret links, the board, feeds, and the widget."""

from typing import Any

from litestar import Router
from litestar.exceptions import HTTPException

from fairline.board import (
    answer_way,
    brand_files,
    call_me,
    codes,
    continuing,
    crawlers,
    feeds,
    forms,
    guard,
    home,
    lost,
    merge_matter,
    questions,
    streams,
    thread,
    thread_changes,
    widget,
    widget_script,
)
from fairline.board.frames import board_error, board_http_error
from fairline.board.hub.door import ask_hub
from fairline.board.widget_door import widget_door
from fairline.core.errors import FairlineError

ERRORS: Any = {FairlineError: board_error, HTTPException: board_http_error}

# The default brand's pages are at the root, another brand's under its slug.
OF_A_BRAND = [
    home.home,
    home.send,
    lost.lost_page,
    lost.lost,
    codes.continue_page,
    codes.type_code,
    codes.check_code,
    questions.questions,
    questions.questions_part,
    questions.question,
    questions.question_part,
    questions.embed,
    questions.question_file,
    streams.board_stream,
    streams.question_stream,
    feeds.board_feed,
    feeds.board_rss,
    feeds.question_feed,
    feeds.question_rss,
    crawlers.sitemap,
]

ROOT = Router(
    path="/",
    route_handlers=[
        *OF_A_BRAND,
        thread.thread_page,
        thread.thread_part,
        thread.thread_file,
        thread_changes.reply,
        thread_changes.edit,
        thread_changes.show_message,
        guard.decide,
        thread_changes.show_case,
        thread_changes.add_address,
        thread_changes.remove_address,
        thread_changes.solved,
        thread_changes.need,
        thread_changes.typing,
        forms.form_page,
        forms.send_form,
        answer_way.answer_way,
        continuing.way_in,
        continuing.open_here,
        continuing.say,
        continuing.ask_digits,
        continuing.check,
        *call_me.HANDLERS,
        merge_matter.goes_on,
        streams.thread_stream,
        crawlers.robots,
        brand_files.brand_css,
        brand_files.brand_logo,
        widget_script.widget_script,
    ],
    exception_handlers=ERRORS,
    include_in_schema=False,
)

BRANDED = Router(
    path="/b/{slug:str}",
    route_handlers=OF_A_BRAND,
    exception_handlers=ERRORS,
    include_in_schema=False,
)

WIDGET = Router(
    path="/widget/{inbox_id:uuid}",
    route_handlers=[
        widget.preflight,
        widget.config,
        widget.open_case,
        widget.case,
        widget.add_message,
        widget.add_files,
        widget.typing,
        widget.stream,
    ],
    middleware=[widget_door],
    include_in_schema=False,
)

ROUTES: list[Any] = [ROOT, BRANDED, WIDGET, ask_hub]
