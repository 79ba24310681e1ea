"""Notes about sources reach the terminal, once."""

import logging

from pipeline.notes import show_notes
from transforms.sources.find import find_sources


def test_pictures_that_are_passed_over_are_told_on_stderr(tmp_path, capsys, monkeypatch):
    for name in ("a.jpg", "@eaDir/a.jpg/SYNOPHOTO_THUMB_S.jpg", ".b.heic.icloud"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    root, ours = logging.getLogger(), logging.getLogger("transforms.sources")
    monkeypatch.setattr(root, "handlers", [logging.StreamHandler()])
    monkeypatch.setattr(ours, "handlers", [])
    monkeypatch.setattr(ours, "level", logging.NOTSET)
    show_notes()
    show_notes()
    find_sources(str(tmp_path))
    told = "passed over: 1 in iCloud that are not downloaded, 1 in thumbnails of a NAS (@eaDir)"
    assert capsys.readouterr().err.splitlines() == [f"spatialreward: {tmp_path}: {told}"]
