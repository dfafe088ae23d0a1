"""Story 1: a tenant's word about a missing smoke detector goes through all four services and comes back as an answer."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from deploy.stories.integrator import Integrator
from deploy.stories.people import People, StoryBroken, eventually
from deploy.stories.rooms import AT_THE_ELDERS, IN_THE_CUPBOARD, ON_THE_ROUND, ROOMS, TOLD_OF, Room
from deploy.stories.telling import Teller
from deploy.topology import PROJECT, SERVICES

COMMUNITY = "dungen"

WORKER, LEADER, INSPECTOR = "social_worker@dungen", "squad_leader@dungen", "volunteer-2@dungen"
CARER, STOREKEEPER, FITTER = "care_assistant@dungen", "community_admin@dungen", "volunteer@dungen"
SECOND_PERSON, COORDINATOR = "committee_member@dungen", "coordinator@hub"

LISTS = (("resources", "出租屋台账.xlsx"), ("volunteer", "街坊会志愿者名单.xlsx"))


@dataclass
class Loop:
    """What the story learns as it goes on."""

    correlation_id: str = ""
    opinion_id: str = ""
    finding_id: str = ""
    hazards: list[dict[str, Any]] = field(default_factory=list)
    works: list[dict[str, Any]] = field(default_factory=list)


class HazardStory:
    def __init__(self, people: People, teller: Teller, integrator: Integrator) -> None:
        self.people, self.teller, self.integrator = people, teller, integrator
        self.loop = Loop()

    async def play(self) -> Loop:
        for scene in (self.prepare, self.hear, self.find, self.verify, self.supply, self.plan, self.install,
                      self.reinspect, self.answer):
            await scene()
            self.teller.travelled(self.integrator.arrivals)
        return self.loop

    async def prepare(self) -> None:
        self.teller.scene("社区的家底：真实的表格读进来", "What the community has: its own lists are read in")
        await self.open_community()
        for service, name in LISTS:
            await self.read_in(service, name)
        worker, keeper = self.people[WORKER], self.people[STOREKEEPER]
        self.homes = {house: await self.home(house) for house in dict.fromkeys(
            room.house for room in (TOLD_OF, *ON_THE_ROUND, AT_THE_ELDERS))}
        today = datetime.now(UTC).date()
        for item, quantity, days in IN_THE_CUPBOARD:
            expires_on = str(today + timedelta(days=days)) if days else None
            await keeper.post("/resources/v1/stock-lots", {
                "community": COMMUNITY, "item": item, "quantity": quantity, "expires_on": expires_on,
                "site": "街坊会器材柜"})
        self.teller.deed(STOREKEEPER, f"{len(IN_THE_CUPBOARD)} 批消防器材入库", "fire hardware goes into the cupboard")
        self.lapsed = await self.contractor("东头电器行", today - timedelta(days=30))
        self.electrician = await self.contractor("街坊电工服务部", today + timedelta(days=700))
        self.elder = await self.oldest_resident()

    async def oldest_resident(self) -> dict[str, Any]:
        page = await self.people[WORKER].get("/resources/v1/residents", community=COMMUNITY, limit=200)
        return min(page["items"], key=lambda one: one["birth_year"] or date.max.year)

    async def open_community(self) -> None:
        coordinator = self.people[COORDINATOR]
        known = (await coordinator.get("/resources/v1/communities", limit=200))["items"]
        if all(one["community"] != COMMUNITY for one in known):
            await coordinator.post("/resources/v1/communities", {
                "community": COMMUNITY, "name": "敦根社区", "reference_date": "2022-09-22"})

    async def read_in(self, service: str, name: str) -> None:
        """As a worker does it: the file as it is, and then what was refused and why."""
        worker, file = self.people[WORKER], PROJECT / "samples" / COMMUNITY / name
        job = await worker.post(f"/{service}/v1/imports", files={"file": (name, file.read_bytes())},
                                data={"community": COMMUNITY, "dry_run": "false"})

        async def look() -> dict[str, Any]:
            return await worker.get(f"/{service}/v1/imports/{job['id']}")

        done = await eventually(look, lambda one: one["state"] in ("done", "failed"), f"the import of {name}")
        if done["state"] == "failed":
            raise StoryBroken(f"{name}: {done['problem']}")
        counts = done["counts"]
        self.teller.deed(WORKER, f"{name}：读 {counts['rows']} 行，收 {counts['accepted']}，并 {counts['linked']}，"
                         f"退 {counts['refused']}，提醒 {counts['warned']}",
                         "rows read, accepted, linked, refused, warned of")

    async def home(self, house: str) -> dict[str, Any]:
        places = (await self.people[WORKER].get("/resources/v1/places", community=COMMUNITY, q=house))["items"]
        homes = [place for place in places if place["kind"] == "building"]
        if not homes:
            raise StoryBroken(f"the register has no {house}")
        return homes[0]

    async def contractor(self, name: str, until: date) -> dict[str, Any]:
        known = (await self.people[WORKER].get("/resources/v1/organisations", community=COMMUNITY, q=name))["items"]
        same = [one for one in known if one["name"] == name]
        return same[0] if same else await self.people[WORKER].post("/resources/v1/organisations", {
            "community": COMMUNITY, "name": name, "kind": "contractor",
            "licences": [{"kind": "electrician", "number": f"T440605{until:%y%m}", "valid_to": str(until)}]})

    async def hear(self) -> None:
        self.teller.scene("租客的一句话", "One tenant's word")
        said = await self.people[WORKER].post("/mediation/v1/opinions", {
            "community": COMMUNITY, "kind": "hazard", "topic": "no_smoke_detector", "severity": 3,
            "words": "我们租的房间都没有烟感，晚上睡不踏实。", "place_id": self.homes[TOLD_OF.house]["id"],
            "noted_down": {"contact": "CZW002 五楼租客", "read_back": True}})
        self.loop.opinion_id, self.loop.correlation_id = said["id"], said["correlation_id"]
        self.teller.deed(WORKER, f"替没有手机的租客记下，{said['answer_due_at'][:10]} 前答复",
                         "noted down for a tenant without a phone, with a deadline to answer")
        await self.hazards(1)

    async def find(self) -> None:
        self.teller.scene("巡查：六户八间", "The round: eight rooms in six homes")
        walked = datetime.now(UTC)
        await self.people[LEADER].post("/volunteer/v1/patrols", {
            "community": COMMUNITY, "checklist": "rental-2026-11", "correlation_id": self.loop.correlation_id,
            "walked": {"starts_at": (walked - timedelta(hours=2)).isoformat(), "ends_at": walked.isoformat()},
            "places": [{"place_id": self.homes[room.house]["id"], "place_label": f"{room.house} {room.door}",
                        "findings": [{"kind": "no_smoke_detector"}]} for room in ON_THE_ROUND]})
        self.teller.deed(LEADER, f"小分队走了 {len(ON_THE_ROUND)} 间，间间没有烟感", "the squad's round finds six more")
        check = await self.people[CARER].post("/eldercare/v1/home-safety-checks", {
            "community": COMMUNITY, "resident_id": self.elder["id"], "checklist": "home-2026-11",
            "place_id": self.homes[AT_THE_ELDERS.house]["id"], "correlation_id": self.loop.correlation_id,
            "findings": [{"room": "bedroom", "item": "smoke_detector", "result": "hazard"}]})
        self.loop.finding_id = check["findings"][0]["id"]
        self.teller.deed(CARER, "老人家里的居家安全检查，也少一个", "an elder's home safety check finds the eighth")
        await self.hazards(ROOMS)

    async def hazards(self, count: int) -> None:
        async def look() -> list[dict[str, Any]]:
            page = await self.people[LEADER].get(
                "/volunteer/v1/hazards", community=COMMUNITY, correlation_id=self.loop.correlation_id, limit=200)
            return page["items"]

        self.loop.hazards = await eventually(look, lambda found: len(found) == count, f"{count} hazards")

    async def verify(self) -> None:
        self.teller.scene("核实：每间缺什么", "Verified: what each room lacks")
        for hazard in self.loop.hazards:
            items = [{"item": item, "quantity": count} for item, count in self.room_of(hazard).items.items()]
            await self.people[LEADER].post(f"/volunteer/v1/hazards/{hazard['id']}/verify", {"required_items": items})
        self.teller.deed(LEADER, f"{ROOMS} 处逐一核实", "all of them verified, one by one")
        self.loop.works = await eventually(self.look_at_works, lambda works: len(works) == ROOMS, "works planned")

    def room_of(self, hazard: dict[str, Any]) -> Room:
        if hazard["origin"] == "opinion":
            return TOLD_OF
        if hazard["origin"] == "home_safety":
            return AT_THE_ELDERS
        return next(room for room in ON_THE_ROUND if f"{room.house} {room.door}" == hazard["place_label"])

    async def look_at_works(self) -> list[dict[str, Any]]:
        return (await self.people[STOREKEEPER].get(
            "/resources/v1/works", community=COMMUNITY, correlation_id=self.loop.correlation_id, limit=200))["items"]

    async def look_at_needs(self) -> list[dict[str, Any]]:
        return (await self.people[STOREKEEPER].get(
            "/resources/v1/needs", community=COMMUNITY, correlation_id=self.loop.correlation_id, limit=200))["items"]

    async def supply(self) -> None:
        self.teller.scene("需求自己开了，先到期的先用；缺的有人捐", "Needs open by themselves; what is short is donated")
        needs = await self.look_at_needs()
        self.teller.table("", ["物资 item", "需要 needed", "已留 reserved", "还差 missing"], [
            [item, str(sum(line["requested"] for line in lines)), str(sum(line["reserved"] for line in lines)),
             str(sum(line["missing"] for line in lines))]
            for item, lines in by_item(needs).items()])
        missing = sum(line["missing"] for need in needs for line in need["lines"] if line["item"] == "exit_sign")
        if missing == 0:
            raise StoryBroken("the exit signs should have been short")
        await self.people[STOREKEEPER].post("/resources/v1/stock-lots", {
            "community": COMMUNITY, "item": "exit_sign", "quantity": missing, "owner_mode": "entrusted",
            "donor_organisation_id": self.electrician["id"], "document": "捐赠单 1 号"})
        self.teller.deed(STOREKEEPER, f"逃生指示牌差 {missing} 个，收到一批捐赠", "exit signs are short; a donation arrives")
        await eventually(self.look_at_needs, all_covered, "every need covered")
        self.teller.deed("resources", "八张需求单全部备齐", "all eight needs are covered")

    async def plan(self) -> None:
        self.teller.scene("请持证电工，定日子", "A licensed electrician, and a day")
        keeper, starts_at = self.people[STOREKEEPER], datetime.now(UTC) + timedelta(hours=1)
        first = f"/resources/v1/works/{self.loop.works[0]['id']}/choose-provider"
        problem = await keeper.refused(first, {"organisation_id": self.lapsed["id"]})
        self.teller.refusal(STOREKEEPER, "选了证已过期的电工", "a lapsed licence is refused", problem["title"])
        for number, works in enumerate(self.loop.works):
            path, begins = f"/resources/v1/works/{works['id']}", starts_at + timedelta(hours=number)
            await keeper.post(f"{path}/choose-provider", {"organisation_id": self.electrician["id"]})
            await keeper.post(f"{path}/schedule", {
                "starts_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=1)).isoformat()})
        self.teller.deed(STOREKEEPER, f"{ROOMS} 处都排了时间", "every home has its hour")
        await self.all_hazards("mitigating")

    async def install(self) -> None:
        self.teller.scene("安装，另一个人验收；一处返工", "Installed; a second person accepts; one is done again")
        fitter, second = self.people[FITTER], self.people[SECOND_PERSON]
        for number, works in enumerate(self.loop.works):
            path = f"/resources/v1/works/{works['id']}"
            await fitter.post(f"{path}/install", {"photos": [f"photo:{works['id']}:1"]})
            if number == 0:
                await second.post(f"{path}/refuse", {"reason": "loose_bracket"})
                self.teller.deed(SECOND_PERSON, "支架松动，退回返工", "a loose bracket: refused")
                await fitter.post(f"{path}/install", {"photos": [f"photo:{works['id']}:2"]})
            await second.post(f"{path}/accept")
        self.teller.deed(SECOND_PERSON, f"{ROOMS} 处验收通过", "all accepted by somebody other than the fitter")
        await self.all_hazards("mitigated")

    async def reinspect(self) -> None:
        self.teller.scene("复查：装的人不能自己查", "Re-inspected, not by the one who fixed it")
        first = f"/volunteer/v1/hazards/{self.loop.hazards[0]['id']}/reinspect"
        problem = await self.people[FITTER].refused(first, {"passed": True})
        self.teller.refusal(FITTER, "想复查自己装的", "the fitter may not", problem["detail"])
        for hazard in self.loop.hazards:
            path = f"/volunteer/v1/hazards/{hazard['id']}"
            await self.people[INSPECTOR].post(f"{path}/reinspect", {"passed": True})
            await self.people[INSPECTOR].post(f"{path}/close")
        self.teller.deed(INSPECTOR, f"{ROOMS} 处复查通过，隐患关闭", "all pass; the hazards are closed")
        await self.all_hazards("closed")

    async def all_hazards(self, state: str) -> None:
        async def look() -> list[dict[str, Any]]:
            await self.hazards(ROOMS)
            return self.loop.hazards

        await eventually(look, lambda found: all(one["state"] == state for one in found), f"hazards {state}")

    async def answer(self) -> None:
        self.teller.scene("话有回音", "The word is answered")
        worker, opinion = self.people[WORKER], f"/mediation/v1/opinions/{self.loop.opinion_id}"

        async def look_at_opinion() -> dict[str, Any]:
            return await worker.get(opinion)

        async def look_at_finding() -> dict[str, Any]:
            return await self.people[CARER].get(f"/eldercare/v1/home-safety-findings/{self.loop.finding_id}")

        answered = await eventually(look_at_opinion, lambda one: one["state"] == "answered", "the answer")
        await eventually(look_at_finding, lambda one: one["state"] == "fixed", "the elder's finding fixed")
        steps = (await worker.get(f"{opinion}/steps", limit=200))["items"]
        for step in steps[::-1][:3] + steps[:2][::-1]:
            self.teller.deed(step["at"][11:19], step["says"], step["code"])
        self.teller.deed(WORKER, f"答复：{answered['answer']['says']}", "the tenant's answer, told at the door")
        await worker.post(f"{opinion}/confirm-told", {"channel": "in_person"})
        parts = {service: await self.part_of(service) for service in SERVICES}
        self.teller.deed("correlationid", "，".join(f"{service} {len(steps)} 步" for service, steps in parts.items()),
                         "one loop, told in order by each service")
        self.teller.deed(CARER, "老人家的隐患：已整改", "the elder's worker sees it fixed")

    async def part_of(self, service: str) -> list[dict[str, Any]]:
        """What `GET /v1/loops/{correlationid}` tells; raises `StoryBroken` when it is not in order."""
        loop = await self.people[WORKER].get(f"/{service}/v1/loops/{self.loop.correlation_id}")
        moments = [datetime.fromisoformat(step["at"]) for step in loop["steps"]]
        if moments != sorted(moments):
            raise StoryBroken(f"{service} tells the loop out of order")
        return loop["steps"]


def by_item(needs: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    lines: dict[str, list[dict[str, Any]]] = {}
    for need in needs:
        for line in need["lines"]:
            lines.setdefault(line["item"], []).append(line)
    return lines


def all_covered(needs: list[dict[str, Any]]) -> bool:
    return len(needs) == ROOMS and all(line["missing"] == 0 for need in needs for line in need["lines"])
