import subprocess
import sys

RUN = """
import apache_beam as beam
from pipeline.runner import make_options, run
from transforms.storage import is_local

if __name__ == "__main__":
    run(make_options(2, []), lambda root: root | beam.Create(["a"]) | beam.Map(is_local))
"""


def test_workers_import_our_package_and_not_one_of_that_name_in_the_current_folder(tmp_path):
    (tmp_path / "cwd" / "pipeline").mkdir(parents=True)
    (tmp_path / "cwd" / "pipeline" / "__init__.py").write_text("raise RuntimeError('somebody else')")
    script = tmp_path / "run.py"
    script.write_text(RUN)
    done = subprocess.run([sys.executable, script], cwd=tmp_path / "cwd", capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
