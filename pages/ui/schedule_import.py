"""The dialog that takes schedules over from other schedulers, with the report of what each means here."""

import streamlit as st

from core.schedules.imported import MOST_TEXT, Imported
from pages.ui import dialog, page, schedule_editor, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import schedule_imports

SHOWN = 50
LARGEST_MB = MOST_TEXT // 1_000_000


@st.dialog("Import schedules", width="large")
def ask(screen: Screen) -> None:
    """Take a file or pasted text, show what it means here, and save it when told to."""
    now = page.again(screen)
    states.note(
        "From AWS Instance Scheduler: what aws dynamodb scan answers for its configuration table, or what its command line answers. "
        "From Cloud Custodian: values of off-hours tags, one a line, such as off=(M-F,19);on=(M-F,7);tz=pt."
    )
    file = st.file_uploader("File", type=["json", "txt"], key="import-file", max_upload_size=LARGEST_MB)
    pasted = st.text_area("Or paste it", key="import-text")
    text = file.getvalue().decode("utf-8-sig", errors="replace") if file is not None else pasted
    if not text.strip():
        return
    read = page.attempt(schedule_imports.preview, now.user, text)
    if read is None:
        return
    st.markdown(
        f"**{fmt.plain(read.source)}**: {read.readable} of {fmt.plain(fmt.count(len(read.taken), 'schedule'))} can be had here."
    )
    for each in read.taken[:SHOWN]:
        _one(each.read)
    if len(read.taken) > SHOWN:
        states.note(f"And {len(read.taken) - SHOWN:,} more.")
    for note in read.notes:
        states.note(note)
    if dialog.decided(f"Save {read.readable}", "import-go", disabled=not read.readable):
        saved = page.attempt(schedule_imports.save, now.ctx, now.user, text)
        if saved is not None:
            made = sum(each.saved is not None and not each.there for each in saved.taken)
            there = sum(each.there for each in saved.taken)
            states.say(
                f"Saved: {fmt.count(made, 'schedule')}"
                + (f"; {there:,} were there already" if there else "")
                + ". They do nothing until they are attached."
            )


def _one(read: Imported) -> None:
    """A schedule as it would be here, and what is lost of it."""
    with st.container(border=True, gap="xsmall"):
        badge = states.badge("cannot be read", "red") if read.definition is None else ""
        st.markdown(f"**{fmt.plain(read.name)}** {badge}")
        if read.definition is not None:
            states.note(schedule_editor.in_words(read.definition))
            if read.tag is not None:
                states.note(
                    f"To switch what it switches now, attach it by the tag {read.tag[0]}={read.tag[1]}."
                )
        lines = [f"* {fmt.plain(each)}" for each in read.means]
        word = "Not kept" if read.definition is not None else "Why"
        lines += [f"* **{word}:** {fmt.plain(each)}" for each in read.lost]
        if lines:
            st.markdown("\n".join(lines))
