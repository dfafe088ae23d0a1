"""What may happen to works, who may do them and who may say that they are good. Pure."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from services.resources.needs.rules import Standing
from services.resources.register.organisations.models import Licence
from services.resources.register.organisations.rules import is_valid
from shared.clock import local_day
from shared.http.problems import Conflict, Words, WrongState, invalid

STEPS: dict[str, dict[str, str]] = {
    "choose_provider": {"planned": "provider_chosen", "provider_chosen": "provider_chosen",
                        "scheduled": "provider_chosen", "refused": "provider_chosen"},
    "schedule": {"planned": "scheduled", "provider_chosen": "scheduled", "scheduled": "scheduled",
                 "refused": "scheduled"},
    "install": {"scheduled": "installed", "installed": "installed", "refused": "installed"},
    "refuse": {"installed": "refused"},
    "accept": {"installed": "accepted"},
    "cancel": {"planned": "cancelled", "provider_chosen": "cancelled", "scheduled": "cancelled",
               "refused": "cancelled"},
}
ENDED = frozenset({"accepted", "cancelled"})


class NoLicence(Conflict):
    """The provider may not do these works on that day."""

    slug, title = "licence-missing", Words("缺少有效资质", "A valid licence is missing")


def next_state(state: str, step: str) -> str:
    """Raises `WrongState` with the steps that are possible."""
    following = STEPS[step].get(state)
    if following is None:
        raise WrongState(state=state, step=step, possible=[name for name, states in STEPS.items() if state in states])
    return following


def allows(state: str, step: str) -> bool:
    return state in STEPS[step]


def days_of(starts_at: datetime, ends_at: datetime) -> tuple[date, date]:
    """The first and the last local day of a half-open interval: one that ends at midnight does not touch the next."""
    return local_day(starts_at), local_day(ends_at - timedelta(microseconds=1))


def licence_for(licences: Iterable[Licence], kind: str | None, days: Collection[date]) -> Licence | None:
    """The licence that allows works of this kind on all these days; none when none is needed. Raises `NoLicence`."""
    if kind is None:
        return None
    for licence in licences:
        if licence.kind == kind and all(is_valid(licence, day) for day in days):
            return licence
    raise NoLicence(licence=kind, days=sorted(str(day) for day in set(days)))


def not_ended(licences: Iterable[Licence], today: date) -> list[Licence]:
    """Those that are valid, or will be: before there is a date, a provider may be chosen for a licence to come."""
    return [licence for licence in licences if licence.valid_to is None or licence.valid_to >= today]


def must_have_provider(licence: str | None, organisation_id: object) -> None:
    """Raises `Conflict`: works that need no licence may be done by neighbours, others may not."""
    if licence is not None and organisation_id is None:
        raise Conflict(Words("请先选定有资质的服务方", "Choose a provider with the licence first"), licence=licence)


def must_be_the_only_ones(id: object, state: str | None) -> None:
    """Raises `Conflict`: a hazard has one works at a time."""
    if state is not None and state not in ENDED:
        raise Conflict(Words("该隐患已有进行中的工程", "Works for this hazard are under way"), rule="one_works",
                       works_id=str(id))


def must_show_photos(licence: str | None, photos: Collection[str]) -> None:
    """Raises `Invalid`: licensed works are shown (fire law art. 27; domain note 3D: number and photo, always)."""
    if licence is not None and not photos:
        raise invalid("body.photos", "请附安装照片", "Show photos of what was installed")


def attempt_after(state: str, attempt: int) -> int:
    """A further part of the same installation is the same attempt; after a refusal a new one begins."""
    return attempt if state == "installed" else attempt + 1


def must_be_a_second_person(caller: str, installers: Collection[str]) -> None:
    """Raises `Conflict`: nobody accepts or refuses what they installed, in any attempt."""
    if caller in installers:
        raise Conflict(Words("验收人不能是安装人", "The one who installed it cannot judge it"), rule="four_eyes")


def must_be_complete(lines: Iterable[Standing]) -> None:
    """Raises `Conflict`: what is still to come is installed first, or the need is closed short with a reason."""
    outstanding = [
        {"item": line.item, "outstanding": line.outstanding} for line in lines if line.outstanding > 0]
    if outstanding:
        raise Conflict(
            Words("还有物资未安装，请继续安装，或按短缺关闭需求", "Some items are not installed: go on, or close the need short"),
            rule="need_is_open", lines=outstanding)
