"""The dialog before anything acts: names the thing, its owner, its cost, the exact calls and how to undo it; a reason is required."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import streamlit as st

from core.access.roles import Permission
from core.actions.model import ActionKind
from core.errors import PioneerError
from core.inventory import Instance, Resource
from core.prices import InstanceType
from pages.ui import describe, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import actions

VERBS: Mapping[ActionKind, str] = {
    ActionKind.START_INSTANCE: "Start",
    ActionKind.STOP_INSTANCE: "Stop",
    ActionKind.RESIZE_INSTANCE: "Resize",
    ActionKind.MODIFY_VOLUME: "Modify",
    ActionKind.DELETE_VOLUME: "Delete",
    ActionKind.RELEASE_ADDRESS: "Release",
    ActionKind.ATTACH_SCHEDULE: "Attach schedule to",
}
FEW = 5


def act(
    screen: Screen,
    kind: ActionKind,
    resources: Sequence[Resource],
    costs: Mapping[str, Decimal | None],
    parameters: Mapping[str, object],
) -> None:
    """Open the dialog for one kind of action on some resources. `costs` are US dollars a month, None where unknown."""
    thing = (
        fmt.short(resources[0].name or resources[0].id, 40)
        if len(resources) == 1
        else fmt.count(len(resources), "resource")
    )
    _dialog(f"{VERBS[kind]} {fmt.plain(thing)}?", screen, kind, resources, costs, parameters)


def resize(screen: Screen, instance: Instance, costs: Mapping[str, Decimal | None]) -> None:
    """Open the dialog that gives an instance another type."""

    @st.dialog(f"Resize {fmt.plain(fmt.short(instance.name or instance.id, 40))}?", width="medium")
    def ask() -> None:
        now = page.again(screen)
        types = now.ctx.prices.instance_types()
        alike = _alike(instance, types)
        wanted = st.selectbox(
            "New type", alike, index=_beside(types.get(instance.type), alike, types), key="resize-type"
        )
        if wanted:
            st.caption(
                fmt.plain(
                    f"{_spec(types, instance.type)} now, {_spec(types, wanted)} then. A running instance is stopped for it and started again."
                )
            )
            _asked(now, ActionKind.RESIZE_INSTANCE, (instance,), costs, {"instance_type": wanted})

    ask()


def _alike(instance: Instance, types: Mapping[str, InstanceType]) -> list[str]:
    """Types its disk would start on: the same family first, each family by size."""
    family = instance.type.partition(".")[0]
    fits = [
        each
        for name, each in types.items()
        if each.architecture == instance.architecture and name != instance.type
    ]
    fits.sort(
        key=lambda each: (
            not each.name.startswith(f"{family}."),
            each.name.partition(".")[0],
            each.vcpu,
            each.memory_mib,
        )
    )
    return [each.name for each in fits]


def _beside(current: InstanceType | None, among: Sequence[str], types: Mapping[str, InstanceType]) -> int:
    """The place of the next smaller of the same family: what one mostly wants; else the first."""
    if current is None:
        return 0
    family = current.name.partition(".")[0]
    smaller = [
        place
        for place, name in enumerate(among)
        if name.startswith(f"{family}.") and types[name].memory_mib < current.memory_mib
    ]
    return smaller[-1] if smaller else 0


def _spec(types: Mapping[str, InstanceType], name: str) -> str:
    found = types.get(name)
    return f"{name}: {found.vcpu} vCPU, {found.memory_mib / 1024:,.0f} GiB" if found else name


def _dialog(
    title: str,
    screen: Screen,
    kind: ActionKind,
    resources: Sequence[Resource],
    costs: Mapping[str, Decimal | None],
    parameters: Mapping[str, object],
) -> None:
    @st.dialog(title, width="medium")
    def ask() -> None:
        _asked(page.again(screen), kind, resources, costs, parameters)

    ask()


def _asked(
    screen: Screen,
    kind: ActionKind,
    resources: Sequence[Resource],
    costs: Mapping[str, Decimal | None],
    parameters: Mapping[str, object],
) -> None:
    for resource in resources[:FEW]:
        _subject(screen, kind, resource, costs.get(resource.id), parameters, alone=len(resources) == 1)
    if len(resources) > FEW:
        states.note(f"and {len(resources) - FEW} more")
    if not screen.may(Permission.ACT):
        states.note(f"Your role does not let you act. Ask one of: {page.able(Permission.ACT)}.")
        return
    reason = st.text_input(
        "Reason", key="confirm-reason", placeholder="It is kept in the audit log", max_chars=300
    )
    verb = VERBS[kind] if len(resources) == 1 else f"{VERBS[kind]} {len(resources)}"
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="confirm-cancel"):
            st.rerun()
        if st.button(verb, type="primary", key="confirm-go"):
            _request(screen, kind, resources, parameters, reason)


def _subject(
    screen: Screen,
    kind: ActionKind,
    resource: Resource,
    cost: Decimal | None,
    parameters: Mapping[str, object],
    *,
    alone: bool,
) -> None:
    preview = page.attempt(actions.preview, screen.ctx, screen.user, kind, resource.id, parameters)
    with st.container(border=True):
        st.markdown(f"**{fmt.plain(resource.name or resource.id)}** {states.state(resource.state)}")
        st.markdown(
            f":gray[Id] {fmt.plain(resource.short_id)}  \n:gray[Owner] {fmt.plain(describe.owner(resource) or 'no tag says')}  \n"
            f":gray[Cost] {fmt.plain(fmt.money(cost, places=2))} a month"
        )
        if preview is None:
            return
        if preview.refusal:
            st.warning(fmt.plain(preview.refusal))
        st.markdown(f":gray[To undo] {fmt.plain(preview.reversal)}")
        if alone:
            st.code("\n".join(preview.calls), language=None, wrap_lines=True)
            with st.expander("The same from a command line"):
                st.code(preview.cli, language="bash", wrap_lines=True)


def _request(
    screen: Screen,
    kind: ActionKind,
    resources: Sequence[Resource],
    parameters: Mapping[str, object],
    reason: str,
) -> None:
    if not reason.strip():
        st.error("Give a reason: it is kept in the audit log.")
        return
    asked, refused = 0, []
    for resource in resources:
        try:
            actions.request(screen.ctx, screen.user, kind, resource.id, parameters, reason.strip())
            asked += 1
        except PioneerError as error:
            refused.append(f"{resource.name or resource.id}: {error.message}")
    if refused:
        states.partial(f"{len(refused)} of {len(resources)} not queued", refused)
        if not asked:
            return
    text = f"Queued: {VERBS[kind].lower()} {fmt.count(asked, 'resource')}."
    if refused:
        st.success(fmt.plain(text))
    else:
        states.say(text)
