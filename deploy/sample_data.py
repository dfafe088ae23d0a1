"""The sample communities: their own lists, uploaded through the public HTTP API as a worker would.

Only into a register that holds no community of somebody's own. What was uploaded before is not uploaded again, so an
interrupted loading goes on where it was; a marker in the data folder says that all of it is done.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from deploy.stories.people import Neighbour, People
from deploy.topology import PROJECT

SAMPLES = PROJECT / "samples"
COORDINATOR = "coordinator@hub"
LOOK_AGAIN_SECONDS = 0.25

Tell = Callable[[int, int, str], None]
"""(bytes of files done, bytes in all, what is being read)."""


class Sample(NamedTuple):
    """Whose lists, true on which day, and which file belongs to which service; places before those who live there."""

    slug: str
    name: str
    kind: str
    day: str
    resources: tuple[str, ...] = ()
    volunteer: tuple[str, ...] = ()

    def path(self, name: str) -> Path:
        return SAMPLES / self.slug / name


# The largest community last, so that the others can be looked at first.
COMMUNITIES: tuple[Sample, ...] = (
    Sample("yingui", "银桂社区", "community", "2022-09-20",
           ("院落基本情况.csv", "居民花名册.xlsx", "老年人台账.xlsx"), ("志愿队伍名单及服务统计.xlsx", "隐患巡查记录.xlsx")),
    Sample("dungen", "敦根社区", "community", "2022-09-22",
           ("出租屋台账.xlsx",), ("街坊会志愿者名单.xlsx", "出租屋巡查记录.xlsx")),
    Sample("ruihe", "瑞禾村社区", "community", "2020-02-14", ("人员摸排登记.csv",), ("联防队及值班交接.xlsx",)),
    Sample("xianhe", "先河社区", "community", "2020-02-14", ("居民基础数据.xlsx",), ("志愿者.csv",)),
    Sample("shanzhong", "陕重社区", "community", "2020-02-14", ("各楼住户登记.xlsx",)),
    Sample("xicheng", "西城社区", "community", "2023-12-31",
           ("16个小区基本情况.csv", "居民信息采集表.csv", "一老关爱名单.xlsx", "慈善资源清单.xlsx")),
    Sample("wangchengpo", "望城坡街道", "street", "2023-06-30",
           ("重点家庭登记.csv", "困境老人服务名册.xlsx"), ("高校志愿者报名表.csv",)),
    Sample("hub", "西安枢纽", "hub", "2020-02-14", ("70个社区通讯录.xlsx", "物资台账.xlsx")),
    Sample("xiangkelin", "香克林社区", "community", "2020-02-14", ("住户登记.csv",)),
    Sample("liangong", "联工社区", "community", "2023-12-31",
           ("老年友好商家.xlsx", "人口花名册.xlsx", "60岁以上老年人台账.csv"), ("高校志愿服务队.xls", "自组织队伍.xlsx")),
)


async def is_wanted(people: People) -> bool:
    """False once somebody keeps a community of their own."""
    known = (await people[COORDINATOR].get("/resources/v1/communities", limit=200))["items"]
    return {one["community"] for one in known} <= {sample.slug for sample in COMMUNITIES}


async def load(people: People, tell: Tell) -> list[str]:
    """Names of files that could not be imported."""
    return await Loading(people[COORDINATOR], tell).run()


class Loading:
    def __init__(self, coordinator: Neighbour, tell: Tell) -> None:
        self.coordinator, self.tell = coordinator, tell
        self.done: dict[Path, float] = {}
        self.failed: list[str] = []
        self.sizes = {
            sample.path(name): sample.path(name).stat().st_size
            for sample in COMMUNITIES for name in (*sample.resources, *sample.volunteer)}

    async def run(self) -> list[str]:
        before = {service: await self.uploaded(service) for service in ("resources", "volunteer")}
        await self.open_communities()
        queued = [await self.upload("resources", sample, sample.resources, before) for sample in COMMUNITIES]
        # Volunteers and patrols are placed by the register: it is asked when their file comes in.
        await asyncio.gather(*(
            self.follow(sample, jobs, before) for sample, jobs in zip(COMMUNITIES, queued, strict=True)))
        return self.failed

    async def uploaded(self, service: str) -> dict[tuple[str, str], str]:
        page, jobs = {"next": None}, {}
        while page:
            page = await self.coordinator.get(f"/{service}/v1/imports", limit=200, after=page["next"])
            jobs |= {(job["community"], job["file_name"]): job["id"] for job in page["items"] if not job["dry_run"]}
            page = page if page["next"] else None
        return jobs

    async def open_communities(self) -> None:
        known = (await self.coordinator.get("/resources/v1/communities", limit=200))["items"]
        opened = {one["community"] for one in known}
        for sample in COMMUNITIES:
            if sample.slug not in opened:
                await self.coordinator.post("/resources/v1/communities", {
                    "community": sample.slug, "name": sample.name, "kind": sample.kind, "reference_date": sample.day})

    async def upload(
        self, service: str, sample: Sample, names: tuple[str, ...], before: dict[str, dict],
    ) -> list[tuple[str, Path]]:
        """(import, file) of each, in order."""
        jobs = []
        for name in names:
            id = before[service].get((sample.slug, name))
            if id is None:
                answer = await self.coordinator.post(
                    f"/{service}/v1/imports", files={"file": (name, sample.path(name).read_bytes())},
                    data={"community": sample.slug, "dry_run": "false"})
                id = answer["id"]
            jobs.append((f"/{service}/v1/imports/{id}", sample.path(name)))
        return jobs

    async def follow(self, sample: Sample, jobs: list[tuple[str, Path]], before: dict[str, dict]) -> None:
        for job, path in jobs:
            await self.finish(job, path, sample)
        for job, path in await self.upload("volunteer", sample, sample.volunteer, before):
            await self.finish(job, path, sample)

    async def finish(self, job: str, path: Path, sample: Sample) -> None:
        while (found := await self.coordinator.get(job))["state"] not in ("done", "failed"):
            self.note(path, part_of(found), sample)
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        if found["state"] == "failed":
            self.failed.append(path.name)
        self.note(path, 1, sample)

    def note(self, path: Path, part: float, sample: Sample) -> None:
        self.done[path] = part
        done = sum(self.sizes[file] * share for file, share in self.done.items())
        self.tell(int(done), sum(self.sizes.values()), f"{sample.name} {path.name}")


def part_of(job: dict[str, Any]) -> float:
    """How much of a file is done: judging is the first half, saving the second."""
    rows = job["rows_done"] / job["rows_total"] if job["rows_total"] else 0
    return {"reading": rows / 2, "applying": 0.5 + rows / 2}.get(job["state"], 0)


async def load_once(gateway_url: str, password: str, marker: Path, tell: Tell) -> list[str]:
    """Loads unless `marker` says that it was done, or the register is somebody's own. Returns what failed."""
    if marker.exists():
        return []
    people = People(gateway_url, password)
    try:
        failed = await load(people, tell) if await is_wanted(people) else []
    finally:
        await people.close()
    marker.touch()
    return failed
