"""Rows about organisations, and about the other communities of a network, into the book."""

import re

from services.resources.imports.book import Book
from services.resources.imports.drafts import CommunityDraft, OrganisationDraft
from services.resources.imports.organisations import organisation_key
from services.resources.imports.places import community_key
from services.resources.register.organisations.models import Organisation, OrganisationKind

KIND_WORDS: tuple[tuple[OrganisationKind, str], ...] = (
    ("school", r"高校|大学|学院|学校|小学|中学|幼儿园|校友会"),
    ("clinic", r"医院|卫生服务|诊所|社区医生"),
    ("charity", r"基金会|慈善|公益"),
    ("association", r"协会|学会|服务队|志愿|社团|社会组织|联合会|助学社|商会"),
    ("station", r"社工站|服务站|服务中心"),
    ("office", r"街道|政府|派出所|居委会|村委会|机关|局$"),
    ("contractor", r"水电|消防工程|装修|电梯|施工|维保"),
    ("shop", r"药店|药房|超市|商户|商家|店$|饭|餐|理发|眼镜|照相|水果|乐器|市场"),
    ("company", r"公司|企业|商企|工厂|厂$|酒店|银行"),
)


def kind_of(draft: OrganisationDraft) -> OrganisationKind:
    """By what the list calls it, else by its name."""
    for words in (draft.kind_text, draft.name):
        for kind, pattern in KIND_WORDS:
            if words and re.search(pattern, words):
                return kind
    return "other"


def keep_organisation(book: Book, draft: OrganisationDraft) -> Organisation:
    key, shelf = organisation_key(draft.name), book.organisations
    row = find(book, key) or shelf.add(
        community=book.community.slug, key=key, name=draft.name, kind=kind_of(draft))
    shelf.fill(
        row,
        contact_name=draft.contact_name,
        contact_phones=list(draft.contact_phones),
        address=draft.address,
        notes=draft.notes,
    )
    shelf.extend(row, "services", draft.services)
    shelf.note(row, "details", draft.extra | {"kind_text": draft.kind_text, "since": draft.since})
    return row


def keep_community(book: Book, draft: CommunityDraft) -> Organisation:
    key, shelf = community_key(draft.name, draft.district), book.organisations
    row = find(book, key) or shelf.add(
        community=book.community.slug, key=key, name=draft.name, kind="community")
    shelf.fill(
        row,
        contact_name=draft.contact_name,
        contact_phones=list(draft.contact_phones),
        address=draft.district,
        notes=draft.notes,
    )
    shelf.note(row, "details", draft.extra | {"joined_on": draft.joined_on})
    return row


def find(book: Book, key: str) -> Organisation | None:
    return next((row for row in book.organisations if row.key == key), None)
