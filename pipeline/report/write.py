"""`spatialreward report`: figures, charts, contact sheets, gallery and summary of a finished data set."""

import io
import json
from dataclasses import asdict

import numpy as np
from PIL import Image
from rich.console import Console

from pipeline.dataset import DataSet, open_dataset
from pipeline.report.charts import distributions
from pipeline.report.choice import keys_by_outcome, spread_over_groups
from pipeline.report.contact_sheet import contact_sheet
from pipeline.report.figures import Summary, summarise_dataset
from pipeline.report.gallery import FOLDER, PAGE, write_gallery
from pipeline.report.reliability_chart import reliability_diagram
from pipeline.report.summary import print_summary
from transforms import storage

SHEET_EXAMPLES = 8
GALLERY_EXAMPLES = 60
RELIABILITY = "reliability.png"
FIGURES = "figures.json"


def write_report(out: str, console: Console, max_examples: int = GALLERY_EXAMPLES) -> None:
    """Write `OUT/report/` anew and print the summary.

    Args:
        out: folder of a finished data set.
        console: where to print.
        max_examples: samples in the gallery, at most one group more.

    Raises:
        UserError: `out` is no finished data set.
    """
    data = open_dataset(out)
    summary = summarise_dataset(data)
    report = storage.join(data.out, "report")
    _remove_old(report)
    charts = _write_charts(data, summary, report)
    sheets = _write_sheets(data, report)
    keys = spread_over_groups(data.rows, max_examples)
    samples = data.find(set(keys))
    storage.write_bytes(storage.join(report, FIGURES), _json(summary))
    page = write_gallery(report, summary, [samples[key] for key in keys], [*charts, *sheets])
    print_summary(summary, console)
    console.print(f"\nLook through them: {page}", soft_wrap=True, markup=False)


def print_report(out: str, console: Console) -> None:
    """Print the summary of a data set; write its report where none stands."""
    page = storage.join(out, "report", PAGE)
    if not storage.exists(page):
        write_report(out, console)
        return
    print_summary(summarise_dataset(open_dataset(out)), console)
    console.print(f"\nLook through them: {page}", soft_wrap=True, markup=False)


def _remove_old(report: str) -> None:
    """Remove pictures of an earlier report: it may have shown other examples."""
    storage.remove(storage.join(report, FOLDER))
    for name in storage.list_files(report):
        if name.startswith("sheet-") or name == RELIABILITY:
            storage.remove(storage.join(report, name))


def _write_charts(data: DataSet, summary: Summary, report: str) -> list[str]:
    """Write the charts and return their names; there is no reliability to show where no truth is known."""
    charts = {"distributions.png": distributions(data.rows)}
    if summary.truth and summary.truth.reliability:
        charts[RELIABILITY] = reliability_diagram(summary.truth.reliability)
    for name, chart in charts.items():
        storage.write_bytes(storage.join(report, name), chart)
    return list(charts)


def _write_sheets(data: DataSet, report: str) -> list[str]:
    chosen = keys_by_outcome(data.rows, SHEET_EXAMPLES)
    samples = data.find({key for keys in chosen.values() for key in keys})
    names = []
    for outcome, keys in chosen.items():
        names.append(f"sheet-{outcome}.png")
        sheet = contact_sheet(outcome, [samples[key] for key in keys])
        storage.write_bytes(storage.join(report, names[-1]), _png(sheet))
    one_of_each = contact_sheet("One of each outcome", [samples[keys[0]] for keys in chosen.values()])
    storage.write_bytes(storage.join(report, "overview.png"), _png(one_of_each))
    return ["overview.png", *names]


def _json(summary: Summary) -> bytes:
    figures = asdict(summary)
    del figures["out"]  # where the data set lay when it was built is nobody's business where it is published
    return json.dumps(figures, indent=1, allow_nan=False, default=lambda model: model.model_dump()).encode()


def _png(picture: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG", compress_level=3)
    return stream.getvalue()
