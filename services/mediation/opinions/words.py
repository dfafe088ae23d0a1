"""What a reader is told, in both languages: every step of a loop, and every outcome. One sentence per code."""

from typing import Any

from shared.http.problems import Words

STEPS: dict[str, Words] = {
    "mediation.opinion.received": Words("我们已收到您的话", "We have received your word"),
    "mediation.opinion.taken_up": Words("工作人员已接手", "A worker has taken it up"),
    "mediation.opinion.answered": Words("已答复", "It has been answered"),
    "mediation.opinion.told": Words("答复已告知本人", "The answer has been told"),
    "mediation.opinion.overdue": Words("已超过承诺的答复日期", "The promised day of the answer has passed"),
    "mediation.opinion.taken_up_again": Words("事情还没有结束，重新处理", "It is not over yet and is taken up again"),
    "volunteer.patrol.submitted": Words(
        "小分队走访了{places_checked}处，发现{hazards_found}处隐患",
        "The squad walked {places_checked} places and found {hazards_found} hazards"),
    "volunteer.hazard.reported": Words("已登记为隐患", "It is recorded as a hazard"),
    "volunteer.hazard.verified": Words("巡查队已核实", "The squad has verified it"),
    "volunteer.hazard.rejected": Words("核实后不是隐患（{reason}）", "It was looked at and is no hazard ({reason})"),
    "volunteer.hazard.duplicate_found": Words(
        "这处隐患已有人报告，我们跟着那一处", "This hazard is known already; we follow it there"),
    "volunteer.hazard.assigned": Words("已有人负责", "Somebody has it in hand"),
    "volunteer.hazard.mitigation_started": Words("开始整改", "Work on it has begun"),
    "volunteer.hazard.mitigated": Words("整改完成，等待复查", "It is mended and will be looked at again"),
    "volunteer.hazard.reinspected": Words("已由他人复查", "Somebody else has looked again"),
    "volunteer.hazard.closed": Words("复查合格，隐患消除", "It was found safe: the hazard is gone"),
    "volunteer.hazard.reopened": Words("还不安全，重新整改", "It is not safe yet and is worked on again"),
    "volunteer.hazard.escalated": Words("已上报督办", "It has been reported upward"),
    "resources.need.submitted": Words("需求已登记，等待工作人员确认", "The need is noted; a worker will look at it"),
    "resources.need.opened": Words("所需物资或施工已提出", "Goods or works were asked for"),
    "resources.need.short": Words("物资暂时不够，正在筹措", "There is not enough yet; more is being found"),
    "resources.need.covered": Words("物资已备齐", "Everything is set aside"),
    "resources.need.fulfilled": Words("物资已交付", "Everything was handed over"),
    "resources.need.closed_short": Words(
        "需要{requested}件，给了{supplied}件（{reason}）", "{supplied} of {requested} were given ({reason})"),
    "resources.need.cancelled": Words("需求已取消（{reason}）", "The need was cancelled ({reason})"),
    "resources.works.planned": Words("已安排施工", "Works are planned"),
    "resources.works.provider_chosen": Words("施工单位已选定", "Who does the works is chosen"),
    "resources.works.scheduled": Words("施工定于{starts_on}", "The works begin on {starts_on}"),
    "resources.works.installed": Words("施工完成，等待验收", "The works are done and await acceptance"),
    "resources.works.refused": Words("验收未通过，返工（{reason}）", "The works were not accepted and are redone ({reason})"),
    "resources.works.accepted": Words("验收合格", "The works were accepted"),
    "resources.works.cancelled": Words("施工取消（{reason}）", "The works will not be done ({reason})"),
}

OUTCOMES: dict[str, Words] = {
    "hazard_closed": Words("隐患已消除，并由他人复查合格", "The hazard is gone; somebody else has looked and found it safe"),
    "hazard_rejected": Words("核实后不是隐患（{reason}）", "It was looked at and is no hazard ({reason})"),
    "need_fulfilled": Words("您要的都已交付", "All you asked for was handed over"),
    "need_closed_short": Words(
        "需要{requested}件，给了{supplied}件（{reason}）", "{supplied} of {requested} could be given ({reason})"),
    "need_cancelled": Words("需求已取消（{reason}）", "The need was cancelled ({reason})"),
    "adopted": Words("已采纳", "Adopted"),
    "partly_adopted": Words("部分采纳", "Adopted in part"),
    "not_adopted": Words("未采纳", "Not adopted"),
    "out_of_scope": Words("不在社区职责内", "Not ours to decide"),
    "referred": Words("已转交", "Passed on to those who decide"),
    "settled": Words("已调解", "Settled"),
    "done": Words("已办好", "Done"),
}

REASONS: dict[str, Words] = {
    "not_found_on_site": Words("现场没有发现", "not found on site"),
    "already_fixed": Words("已经修好", "mended already"),
    "not_to_be_had": Words("暂时无法找到", "not to be had"),
}
"""Reasons are an open vocabulary: one that is not here is shown as its code."""


def sentence(known: dict[str, Words], code: str, facts: dict[str, Any], language: str) -> str:
    words = known[code].in_language(language)
    reason = facts.get("reason")
    if reason is None:
        return words.format_map(facts)
    said = REASONS[reason].in_language(language) if reason in REASONS else reason
    return words.format_map(facts | {"reason": said})
