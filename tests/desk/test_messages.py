"""The English catalogue gathers what the interface asks for."""

from pathlib import Path

import pytest

from infra import messages


def test_a_text_inside_an_f_string_is_gathered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "line.py").write_text(
        "def line(how, n):\n"
        "    return f\"{how}，{_('已 %(n)s 日') % {'n': n}}\" + _('今天') + f'{ngettext(\"一件\", \"几件\", n)}'\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "CODE", ("desk",))
    assert {message.id for message in messages.gather() if message.id} == {"已 %(n)s 日", "今天", ("一件", "几件")}
