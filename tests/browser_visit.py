"""What somebody with an account does first in a real browser."""

from __future__ import annotations

from playwright.sync_api import Page

SECRET = "twelve signs at least"


def sign_in(page: Page, name: str, path: str) -> None:
    """Sign in on the way to a page."""
    page.goto(f"/account?next={path}")
    page.get_by_label("账户名").fill(name)
    page.get_by_label("密码").fill(SECRET)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"**{path}*")
