"""Every kind of event there is, and what its `data` holds. The reference page is made from this."""

KINDS: dict[str, str] = {
    "case_opened": "A case began. data: channel, inbox_id, reason, automatic, is_listed, need, "
    "tried_first",
    "case_reopened": "A reply came to a solved or closed case, or an agent opened it. data: reason",
    "case_merged": "Two cases became one. data: merge_id, other_id, reference, is_into, waits, "
    "status, reason (only where no person did it)",
    "case_unmerged": "That was taken back. data: merge_id, other_id, reference, is_into, what",
    "case_split": "Some messages became a case. data: merge_id, other_id, reference, leads",
    "message_moved": "Messages went to another case. data: merge_id, message_ids, other_id, "
    "reference, is_out, waits",
    "case_unrelated": "Two cases are linked no more. data: other_id, reference",
    "contact_merged": "Two people turned out to be one. data: merge_id, contact_id, other_id",
    "contact_unmerged": "They are two again. data: merge_id, contact_id, other_id",
    "case_related": "Two cases were linked for agents. data: other_id, reason",
    "case_imported": "The case was rebuilt from an export. data: reference",
    "mention_cased": "An agent made a case of something that was only heard. data: mention_id, "
    "kind, reason (why it was kept off the line)",
    "mention_attached": "An agent put something that was only heard on this case. data: "
    "mention_id, message_id, kind",
    "repeat_joined": "Two cases share one place. data: other_id, reference, channel, leads, reason",
    "repeat_split": "They have a place each again. data: other_id, reference, leads, reason",
    "repeat_suggested": "Perhaps the same matter as another case. data: other_id, reference",
    "message_received": "Somebody said something to us. data: message_id, channel, visibility, "
    "automatic, arrived_at, bystander (only where another than the customer spoke in public), "
    "answered (only where our answer to it was here before it)",
    "message_sent": "We answered. data: message_id, channel, visibility, is_notice, elsewhere "
    "(only where one of us wrote on the network itself; nothing is sent)",
    "sent_elsewhere": "An answer that only sends the customer elsewhere went out on purpose. "
    "data: message_id, way",
    "note_added": "An agent wrote an internal note. data: message_id, mentioned",
    "message_edited": "The author changed a message. data: message_id",
    "message_hidden": "A message is no longer shown outside. data: message_id, reason",
    "message_shown": "A hidden message is shown outside again. data: message_id",
    "case_hidden": "The case was taken off the board. data: reason",
    "case_shown": "The case is on the board again.",
    "personal_data_found": "Something public held personal data and was hidden at once. data: "
    "message_id, kinds, spans (never what stood there)",
    "personal_data_masked": "What was hidden is shown again, without it. data: message_id, kinds",
    "personal_data_allowed": "A supervisor let it stand in public. data: message_id, kinds, reason",
    "contact_warned": "The customer was warned. data: contact_id, reason, message_id",
    "contact_limited": "What they may do on the board was limited. data: contact_id, caution_id, "
    "reason, until, cases_a_day",
    "limit_lifted": "A limit was taken back. data: contact_id, caution_id",
    "visibility_changed": "Public became private or the reverse. data: message_id or null, to",
    "status_changed": "data: from, to",
    "kind_changed": "data: from, to",
    "severity_changed": "The declared need changed. data: from, to, reason",
    "promise_moved": "Changed hours or targets moved what is due. data: from, to, solution_from, "
    "solution_to, reason",
    "promise_held": "Hours or targets changed after the promise was broken. data: due_at, reason",
    "brought_forward": "A supervisor let the case go before others. data: reason",
    "put_back": "It stands where its promise puts it again. data: reason",
    "subject_changed": "data: from, to",
    "owner_changed": "data: from, to, reason",
    "team_changed": "data: from, to",
    "skills_changed": "Other skills are needed to answer. data: from, to (names)",
    "routed": "A rule sent the case where it belongs. data: rule, rule_id, asked",
    "presence_changed": "Somebody of ours came, went or is busy. data: agent_id, to",
    "authority_used": "Given within somebody's limit. data: kind, amount, currency, reason",
    "authority_asked": "Asked of a supervisor. data: kind, amount, currency, reason, mentioned",
    "tag_added": "data: tag",
    "tag_removed": "data: tag",
    "snoozed": "Put aside until a time. data: until",
    "woken": "Back from being put aside. data: reason",
    "alarm_raised": "Something on the case needs somebody at once. data: alarm",
    "alarm_acknowledged": "An agent said: I have it. data: alarm",
    "alarm_cleared": "What an alarm was about is over. data: alarm",
    "transfer_offered": "A colleague or a team was asked to take the case. data: transfer_id, "
    "giver_id, agent_id, team_id, reason, mentioned",
    "transfer_accepted": "Somebody took it over. data: transfer_id, from, to",
    "transfer_declined": "It was declined. data: transfer_id, giver_id, reason",
    "transfer_withdrawn": "The offer ended before an answer. data: transfer_id, giver_id, reason",
    "transfer_expired": "Nobody answered in time. data: transfer_id, giver_id, mentioned",
    "call_asked": "The customer wants to be called. data: call_id, wanted, from, until, zone, "
    "after_promise",
    "call_changed": "Another time or number for the call. data: as call_asked",
    "call_cancelled": "The call is not wanted any more. data: call_id, reason",
    "call_due": "The time for the call has come. data: call_id, mentioned",
    "call_missed": "The time for the call is over and nobody called. data: call_id",
    "call_started": "An agent calls. data: call_id, try_id",
    "call_tried": "Nobody was reached. data: call_id, try_id, outcome, next",
    "call_talked": "Customer and agent have talked. data: call_id, try_id, seconds, message_id",
    "call_given_up": "No further tries; the customer was asked in writing. data: call_id, tries, "
    "reason",
    "letter_read": "A machine has read a letter, or could not. data: message_id, pages, error",
    "letter_corrected": "An agent mended what was read. data: message_id",
    "letter_posted": "Our letter is in the post. data: message_id, delivery_id",
    "address_left": "The customer left an address for notices. data: identity_id, channel",
    "address_confirmed": "An address was proven to be the customer's. data: identity_id",
    "address_stopped": "Its owner wants no more messages there. data: identity_id, channel, text",
    "address_started": "Its owner wants messages there again. data: identity_id, channel, text",
    "file_fetched": "A file that a message named is here now. data: message_id, name",
    "file_missing": "A file could not be fetched. data: message_id, name, text",
    "participant_added": "Somebody was copied in. data: identity_id, role",
    "link_issued": "A secret link was made. data: link_id, identity_id",
    "link_revoked": "A secret link no longer opens the case. data: link_id",
    "form_asked": "The customer was asked for details. data: form_id, name, message_id",
    "form_sent": "The customer sent them; the answers are sealed and in no event. data: form_id, "
    "name, answers (how many), again",
    "form_read": "Somebody looked at a sealed answer. data: form_id, name, field, label",
    "form_closed": "No more answers are taken. data: form_id, name",
    "form_wiped": "The sealed answers are gone. data: form_id, name, reason",
    "delivery_changed": "News of a message we sent. data: delivery_id, message_id, state, text",
    "sent_another_way": "It did not arrive, and went by another confirmed way. data: delivery_id, "
    "message_id, identity_id, channel",
    "no_other_way": "It did not arrive, and there is no other confirmed way. data: delivery_id, "
    "message_id",
    "answer_way_changed": "Where answers go. data: identity_id or null for all, channel",
    "continuation_offered": "A public answer goes on in private. data: continuation_id, "
    "message_id, form",
    "continuation_opened": "Somebody opened that way in; unconfirmed. data: continuation_id",
    "continuation_proof_sent": "Six digits were sent. data: continuation_id, identity_id, channel",
    "continuation_proof_refused": "Too many wrong digits. data: continuation_id",
    "continuation_confirmed": "It is the customer. data: continuation_id, identity_id",
    "continuation_revoked": "The way in leads nowhere any more. data: continuation_id",
    "contact_changed": "Name, remark or language of a contact changed. data: contact_id, fields",
    "announced": "An account said something to its followers. data: inbox_id, native_id, what "
    "(published, changed, taken_back)",
    "inbox_changed": "An inbox was made, changed, paused or resumed. data: inbox_id, what",
    "inbox_alarm": "Something is wrong with an inbox, or no more. data: inbox_id, alarm, state "
    "(raised, cleared, acknowledged)",
    "item_set_aside": "Something came in that could not be understood. data: raw_id, inbox_id",
    "agent_signed_in": "data: agent_id",
    "fairness_reported": "A fairness report was made. data: report_id, days, has_gap",
    "settings_changed": "Brand, people, teams or texts were changed. data: what, id",
}
