"""What deploy/ tells an operator of their duties is what Linli does."""

import re
from importlib import import_module

import pytest
import yaml
from compose_file import OFFICIAL, SERVICES, read

from deploy.topology import APPLICATIONS, PROJECT
from deploy.topology import SERVICES as THE_FOUR
from services.resources.rights.consents.purposes import PURPOSES

MANUAL = (PROJECT / "deploy" / "README.md").read_text()
ASSESSMENT = (PROJECT / "deploy" / "impact-assessment.md").read_text()
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in ASSESSMENT.splitlines() if line.startswith("|")]
DUTIES = MANUAL.partition("## The operator's duties")[2].partition("\n## ")[0]


def row_of(words: object) -> list[str]:
    return next((row for row in ROWS if row[0] == f"{words.zh} · {words.en}"), [])


@pytest.mark.parametrize("code", PURPOSES)
def test_the_assessment_names_every_purpose_with_its_basis(code: str) -> None:
    purpose = PURPOSES[code]
    assert row_of(purpose.words)[1:4] == [", ".join(purpose.categories), ", ".join(purpose.bases), purpose.separate or ""]


@pytest.mark.parametrize("service", THE_FOUR)
def test_the_assessment_names_every_period(service: str) -> None:
    for one in import_module(f"services.{service}.retention.classes").CLASSES:
        assert row_of(one.what)[1:2] == [str(one.months)]


def test_the_assessment_has_both_languages_and_blanks() -> None:
    headings = re.findall(r"^#+ (.+)$", ASSESSMENT, re.MULTILINE)
    assert len(headings) == 7 and all(" · " in heading for heading in headings)
    assert ASSESSMENT.count("＿＿") > 30


@pytest.mark.parametrize("article", ["PIPL 51", "PIPL 54", "PIPL 55, 56", "PIPL 57", "Cybersecurity Law 21"])
def test_each_duty_has_its_source(article: str) -> None:
    assert article in DUTIES


@pytest.mark.parametrize("step", [
    "docker compose stop gateway", "/disable", "keys rotate --compromised", "run --rm audit", "audit_entry", "--forget-old",
    "网信部门", "PIPL 57"])
def test_the_steps_at_a_breach_are_there(step: str) -> None:
    assert step in DUTIES.partition("### At a breach")[2]


def test_logs_of_all_that_stays_can_go_to_the_journal() -> None:
    override = yaml.safe_load(re.search(r"```yaml\n(.+?)```", DUTIES, re.DOTALL)[1])["services"]
    assert override.keys() == {*APPLICATIONS, *OFFICIAL}
    assert all(one["logging"]["driver"] == "journald" for one in override.values())


def test_how_much_docker_keeps_is_a_setting() -> None:
    assert {one["logging"]["options"]["max-size"] for one in SERVICES.values()} == {"10m"}
    more = read("docker-compose.yml", LOG_FILE_SIZE="50m", LOG_FILES="40")["services"]
    assert {tuple(one["logging"]["options"].values()) for one in more.values()} == {("50m", "40")}
