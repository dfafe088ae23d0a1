"""Plain pages: no script, no image, nothing from elsewhere. Large type and labels, for people of every age."""

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from typing import NamedTuple
from urllib.parse import urlsplit

from fastapi.responses import HTMLResponse

from shared.http.problems import Words
from shared.identity.issuer.oauth.answers import NEVER_KEEP
from shared.identity.issuer.oauth.pages import words

STYLE = """
:root{color-scheme:light dark}
body{font:1.25rem/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;max-width:26rem;margin:0 auto;padding:1rem}
h1{font-size:1.6rem}h2{font-size:1.3rem;margin-top:2rem}
label{display:block;margin-top:1rem}
input,button{font:inherit;width:100%;box-sizing:border-box;padding:.6rem;border:2px solid #767676;border-radius:.4rem}
button{margin-top:1rem;background:#0b57d0;border-color:#0b57d0;color:#fff;cursor:pointer}
button.quiet{background:transparent;color:inherit;border-color:#767676}
:focus-visible{outline:3px solid #f29900;outline-offset:2px}
.wrong{border-left:.4rem solid #c5221f;padding:.4rem .8rem}
.note{border-left:.4rem solid #188038;padding:.4rem .8rem}
.code{font-size:1.6rem;letter-spacing:.1em;font-weight:bold}
"""
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()


class Box(NamedTuple):
    """One input of a form. `how` are further attributes, written by us."""

    name: str
    label: Words
    how: str = ""
    value: str = ""


class Choice(NamedTuple):
    """A button: the form says `step=<step>`."""

    step: str
    label: Words
    quiet: bool = False


class Form(NamedTuple):
    heading: Words | None
    boxes: Sequence[Box]
    choices: Sequence[Choice]
    hidden: Sequence[tuple[str, str]] = ()


class Page(NamedTuple):
    """`action` is where the forms go, `lead` sentences before them, `answers_to` where a finished one is led on to."""

    title: Words
    action: str = ""
    forms: Sequence[Form] = ()
    lead: Sequence[str] = ()
    wrong: Words | None = None
    note: Words | None = None
    csrf: str = ""
    other_language: str = ""
    answers_to: str = ""


def response(page: Page, language: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(html(page, language), status, NEVER_KEEP | {
        "Content-Security-Policy": policy(page.answers_to),
        "Content-Language": "zh-CN" if language == "zh" else "en",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
    })


def policy(answers_to: str) -> str:
    """Browsers hold also the redirect after a form to `form-action`."""
    return (f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'; "
            f"form-action 'self'{origin_of(answers_to)}")


def origin_of(uri: str) -> str:
    """`uri` is one that a client has registered, so it holds no sign that could end the directive."""
    parts = urlsplit(uri)
    if not parts.scheme:
        return ""
    return f" {parts.scheme}://{parts.netloc}" if parts.netloc else f" {parts.scheme}:"


def html(page: Page, language: str) -> str:
    def said(sentence: Words) -> str:
        return escape(sentence.in_language(language))

    lang = "zh-CN" if language == "zh" else "en"
    other = f'<p><a href="{escape(page.other_language)}">{said(words.OTHER_LANGUAGE)}</a></p>' if page.other_language else ""
    wrong = f'<p class="wrong" role="alert">{said(page.wrong)}</p>' if page.wrong else ""
    note = f'<p class="note" role="status">{said(page.note)}</p>' if page.note else ""
    forms = "".join(form_html(form, page, said) for form in page.forms)
    return (f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{said(page.title)}</title>'
            f"<style>{STYLE}</style></head><body><main><h1>{said(page.title)}</h1>{''.join(page.lead)}{wrong}{note}{forms}"
            f"</main><footer>{other}</footer></body></html>")


def form_html(form: Form, page: Page, said) -> str:
    hidden = "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
                     for name, value in (("csrf", page.csrf), *form.hidden))
    boxes = "".join(
        f'<label>{said(box.label)}<input name="{box.name}" value="{escape(box.value)}" required {box.how}></label>'
        for box in form.boxes)
    choices = "".join(
        f'<button name="step" value="{choice.step}"{" class=quiet formnovalidate" if choice.quiet else ""}>'
        f"{said(choice.label)}</button>" for choice in form.choices)
    heading = f"<h2>{said(form.heading)}</h2>" if form.heading else ""
    return f'<form method="post" action="{escape(page.action)}">{heading}{hidden}{boxes}{choices}</form>'
