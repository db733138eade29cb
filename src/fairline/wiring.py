"""The only list: channels, listeners, jobs, routes."""

import fairline.cases.tables
import fairline.channels.tables
import fairline.db.tables
import fairline.jobs.tables
import fairline.knowledge.tables
import fairline.line.tables
import fairline.people.tables
import fairline.web.tables  # noqa: F401
