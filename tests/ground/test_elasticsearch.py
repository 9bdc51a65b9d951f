"""Without what Elasticsearch needs one line says what to install; an archive that is another one is not unpacked."""

import zipfile
from pathlib import Path

import pytest

from infra import elasticsearch
from infra.env import GroundError


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without Java and Maven, and without what was unpacked before; its PATH is the folder."""
    for name in ("ES_JAVA_HOME", "JAVA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(elasticsearch, "JVMS", tmp_path / "jvm")
    monkeypatch.setattr(elasticsearch, "HOME", tmp_path / "tools" / elasticsearch.HOME.name)
    return tmp_path


def java(folder: Path, version: str) -> None:
    home = folder / "jvm" / f"java-17-{version}"
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "java").touch()
    (home / "release").write_text(f'IMPLEMENTOR="Somebody"\nJAVA_VERSION="{version}"\n')


def maven(folder: Path, script: str) -> None:
    program = folder / "mvn"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def refusal(folder: Path) -> str:
    with pytest.raises(GroundError) as said:
        elasticsearch.start(folder / "data", log=folder / "log")
    assert "\n" not in str(said.value)
    assert elasticsearch.url(folder / "data") == ""
    return str(said.value)


def test_without_java_or_with_an_old_one(bare: Path) -> None:
    assert refusal(bare) == elasticsearch.INSTALL
    java(bare, "11.0.2")
    assert refusal(bare) == elasticsearch.INSTALL


def test_without_maven(bare: Path) -> None:
    java(bare, "17.0.15")
    assert refusal(bare) == elasticsearch.INSTALL


def test_when_maven_cannot_bring_it(bare: Path) -> None:
    java(bare, "17.0.15")
    maven(bare, "echo '[INFO] x'; echo '[ERROR] no such artifact'; exit 1")
    assert refusal(bare).endswith(": [ERROR] no such artifact")


def test_when_it_is_another_archive(bare: Path) -> None:
    java(bare, "17.0.15")
    with zipfile.ZipFile(bare / "other", "w") as archive:
        archive.writestr(f"{elasticsearch.HOME.name}/bin/elasticsearch", "#!/bin/sh\n")
    maven(bare, f'for last; do :; done; /bin/cp {bare}/other "${{last#*=}}/elasticsearch.zip"')
    assert "SHA-256" in refusal(bare)
    assert not elasticsearch.HOME.exists()
