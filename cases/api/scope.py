"""What a token may call: its scope names reading and verbs; a person's rights come from the post alone."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from kernel.errors import Refused
from tenants.models import ApiToken
from tenants.tokens import READ

ALWAYS = frozenset({"me", "codes"})  # says nothing of a case
POSTED = {
    "cases": ("register",),
    "drafts": ("save_draft",),
    "upload": ("register", "attach"),
    "preview_opinion": ("draft",),
}


class WithinScope(BasePermission):
    """Asked before the view: what is out of scope is not even looked for. Raises Refused."""

    def has_permission(self, request: Request, view: Any) -> bool:
        token = request.auth
        if not isinstance(token, ApiToken):
            return True
        match = request._request.resolver_match
        name = (match.url_name or "") if match is not None else ""
        if request.method in {"GET", "HEAD"}:
            allowed = name in ALWAYS or READ in token.verbs
        elif name.endswith("_together"):  # a step that a leader has to agree to is proposed
            verb = name.removesuffix("_together")
            allowed = bool({verb, f"propose:{verb}"} & set(token.verbs))
        elif name == "propose":  # which verb, the policy asks
            allowed = any(verb.startswith("propose:") for verb in token.verbs)
        else:
            allowed = bool(set(POSTED.get(name, (name,))) & set(token.verbs))
        if not allowed:
            raise Refused(_("这个接口令牌没有这一项权限。请本单位管理员另发一个范围合适的。"), code="token-scope")
        return True
