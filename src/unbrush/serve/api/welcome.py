"""The page `/welcome`: where whoever has a one-time link chooses a name and a password.

It needs no script and nothing from elsewhere. Only who holds the link can change anything by it: it
opens no session and looks at no cookie, so that another site could do nothing in one's name. Its
address holds the link, so that it is neither kept by the browser nor told to others.
"""

from html import escape
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse

from unbrush.base.words import Words
from unbrush.respond.desk.people import LONGEST_PASSWORD, SHORTEST_PASSWORD

PATH = "/welcome"
LONGEST_NAME = 200
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Vary": "Accept-Language",
}
_LANGUAGES = {"zh": ("zh-CN", "中文"), "en": ("en", "English")}
_STYLE = """
body { font: 16px/1.6 system-ui, "Noto Sans CJK SC", sans-serif; max-width: 30rem;
  margin: 3rem auto; padding: 0 1rem; color: #1d1d1f; background: #fff; overflow-wrap: anywhere; }
label { display: block; margin-top: 1rem; }
input { font: inherit; width: 100%; box-sizing: border-box; padding: .45rem .6rem;
  border: 1px solid #767680; border-radius: 6px; color: inherit; background: transparent; }
button { font: inherit; margin-top: 1.4rem; padding: .5rem 1.4rem; border: 0; border-radius: 6px;
  color: #fff; background: #0b57d0; }
small { color: #595960; }
[role="alert"] { border-left: 4px solid #b3261e; padding: .3rem .8rem; background: #fceeee; }
nav { text-align: right; }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #161617; }
  small { color: #aaa; } a { color: #8ab4f8; } [role="alert"] { background: #3b1f1e; } }
"""

TITLE = Words("设置登录密码", "Set your password")
FOR_WHOM = Words("您的登录名是 ", "You will sign in as ")
NAME = Words("显示给同事的姓名", "Name, as colleagues see it")
PASSWORD = Words("密码", "Password")
AGAIN = Words("再次输入密码", "The same password again")
HOW_LONG = Words(
    f"{SHORTEST_PASSWORD} 至 {LONGEST_PASSWORD} 个字符；几个互不相关的词最好记。",
    f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD} signs; a few unrelated words are easy to keep "
    "in mind.",
)
SEND = Words("保存", "Save")
ONCE = Words(
    "链接只能用一次：保存之后即失效，此账号的其他登录也随之结束。",
    "The link works once: saving ends it, and whatever else is signed in to this account.",
)
NOT_SAME = Words(
    "两次输入的密码不一致，尚未保存。", "The two passwords are not the same; nothing was saved."
)
BAD_LENGTH = Words(
    f"密码须为 {SHORTEST_PASSWORD} 至 {LONGEST_PASSWORD} 个字符，尚未保存。",
    f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} signs; nothing was saved.",
)
BAD_NAME = Words(
    f"姓名最多 {LONGEST_NAME} 个字符，且不能含有控制字符，尚未保存。",
    f"A name has {LONGEST_NAME} signs at most, none of them invisible; nothing was saved.",
)
NO_LINK_TITLE = Words("此链接无效", "This link does not work")
NO_LINK = Words(
    "链接不完整、已经用过、已被新链接取代，或者超过了一天。请检查地址是否复制完整；若仍无效，请向管理员索取新链接。"
    "尚无任何管理员能登录时，重新启动 unbrush serve 会给出新链接。",
    "It is not complete, was used, was replaced by a newer one, or is older than a day. See "
    "whether all of it was copied; if it was, ask an administrator for a new one. While no "
    "administrator can sign in, unbrush serve gives a new one whenever it starts.",
)
ELSEWHERE = Words(
    "此请求来自另一个网站，未予执行。请直接打开链接。",
    "Another site sent this; nothing was done. Open the link itself.",
)
DONE_TITLE = Words("密码已设置", "Your password is set")
DONE = Words("链接已失效。登录方式：POST /sessions，登录名 ", "The link has ended. Sign in by POST "
             "/sessions, with the login ")  # fmt: skip
MORE = Words("接口说明", "The API is described at")


def language_of(asked: str, accepted: str) -> str:
    """Return the language of a page, zh or en: what was asked for, else what the browser likes."""
    if asked in _LANGUAGES:
        return asked
    likes = [part.strip().lower()[:2] for part in accepted.split(",")]
    return next((each for each in likes if each in _LANGUAGES), "zh")


def form_page(
    language: str, link: str, login: str, name: str, wrong: Words | None = None
) -> HTMLResponse:
    """Return the page that asks for name and password; 422 with what was wrong, if anything."""
    told = f'<p role="alert">{_say(wrong, language)}</p>' if wrong else ""
    password = f'minlength="{SHORTEST_PASSWORD}" maxlength="{LONGEST_PASSWORD}" required'
    body = (
        f"{told}<p>{_say(FOR_WHOM, language)}<strong>{escape(login)}</strong></p>"
        f'<form method="post" action="welcome" autocomplete="off">'
        f'<input type="hidden" name="link" value="{escape(link)}">'
        f'<input type="hidden" name="language" value="{language}">'
        f'<input type="hidden" name="username" value="{escape(login)}" autocomplete="username">'
        f'<label for="name">{_say(NAME, language)}</label>'
        f'<input id="name" name="name" value="{escape(name)}" maxlength="{LONGEST_NAME}">'
        f'<label for="password">{_say(PASSWORD, language)}</label>'
        f'<input id="password" name="password" type="password" autocomplete="new-password" '
        f'aria-describedby="how-long" {password}>'
        f'<small id="how-long">{_say(HOW_LONG, language)}</small>'
        f'<label for="again">{_say(AGAIN, language)}</label>'
        f'<input id="again" name="again" type="password" autocomplete="new-password" {password}>'
        f"<button>{_say(SEND, language)}</button></form>"
        f"<p><small>{_say(ONCE, language)}</small></p>"
    )
    return _page(language, link, TITLE, body, 422 if wrong else 200)


def refusal_page(language: str, link: str, why: Words, status: int) -> HTMLResponse:
    """Return the page that says why nothing can be done here."""
    return _page(language, link, NO_LINK_TITLE, f"<p>{_say(why, language)}</p>", status)


def done_page(language: str, login: str) -> HTMLResponse:
    """Return the page that says how to go on."""
    body = (
        f"<p>{_say(DONE, language)}<strong>{escape(login)}</strong></p>"
        f'<p>{_say(MORE, language)} <a href="docs">/docs</a></p>'
    )
    return _page(language, None, DONE_TITLE, body, 200)


def _page(language: str, link: str | None, title: Words, body: str, status: int) -> HTMLResponse:
    """Return a page; ``link`` is for the same in the other language, None if there is none."""
    other = "en" if language == "zh" else "zh"
    tag, called = _LANGUAGES[other]
    there = "welcome?" + urlencode({"link": link or "", "language": other})
    turn = f'<nav><a href="{escape(there)}" lang="{tag}" hreflang="{tag}">{called}</a></nav>'
    text = (
        f'<!doctype html><html lang="{_LANGUAGES[language][0]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>unbrush · {_say(title, language)}</title><style>{_STYLE}</style></head><body>"
        f"{turn if link is not None else ''}<main><h1>{_say(title, language)}</h1>{body}</main>"
        "</body></html>"
    )
    return HTMLResponse(text, status_code=status, headers=HEADERS)


def _say(words: Words | None, language: str) -> str:
    return escape(getattr(words, language)) if words else ""
