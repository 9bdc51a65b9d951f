"""How large a request may be: decided from its length before the body is read, and again while it streams in."""

import tempfile
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kernel.errors import HuiyinError, TooLarge, response_for
from kernel.files import MAX_BYTES, SPOOL

MAX_REQUEST = 3 * MAX_BYTES + 2 * 1024 * 1024


class BodyLimitMiddleware:
    """413 by the announced length. Belongs before everything that touches the body (sessions do not, CSRF does)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        error = over_limit(request)
        return self.get_response(request) if error is None else response_for(request, error)


def over_limit(request: HttpRequest) -> HuiyinError | None:
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if not announced.isdecimal():
        return HuiyinError()
    if request.content_type == "multipart/form-data":
        if int(announced) > MAX_REQUEST:
            return TooLarge(_("一次上传的文件合计不能超过 150 MB，单个不能超过 50 MB。分几次上传。"))
    elif int(announced) > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0):
        return TooLarge(_("提交的内容太长。长材料请作为附件上传。"))
    return None


if TYPE_CHECKING:
    _Uploaded = UploadedFile[Any]
else:
    _Uploaded = UploadedFile


class ReceivedUpload(_Uploaded):
    """An upload in memory or in a nameless temporary file. `too_large` when it broke the cap; then it is empty."""

    too_large = False


class CappedUploadHandler(FileUploadHandler):
    """Receives files and stops keeping one as soon as it passes the cap. It does not raise: CSRF reads the form first,
    and a refusal raised there would be a broken page instead of a sentence; `files.receive` says it."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._kept = tempfile.SpooledTemporaryFile(max_size=SPOOL)  # noqa: SIM115  closed with the request
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._size += len(raw_data)
        if self._size <= MAX_BYTES:
            self._kept.write(raw_data)
        elif self._kept.tell():
            self._kept.seek(0)
            self._kept.truncate()

    def file_complete(self, file_size: int) -> ReceivedUpload:
        self._kept.seek(0)
        upload = ReceivedUpload(
            file=cast(Any, self._kept),
            name=self.file_name,
            content_type=self.content_type,
            size=min(self._size, file_size),
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
        upload.too_large = self._size > MAX_BYTES
        return upload

    def upload_interrupted(self) -> None:
        kept = getattr(self, "_kept", None)
        if kept is not None:
            kept.close()
