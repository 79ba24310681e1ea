"""The network's training: resumable to the bit, its export equal to it, its command whole."""

import json

import numpy as np
import onnxruntime
import pytest
import torch
from commands import spatialreward

from pipeline.regions_train import train as training
from pipeline.regions_train.batches import plain_batch, training_batch
from pipeline.regions_train.export import export
from pipeline.regions_train.loss import loss_of
from pipeline.regions_train.net import Outputs, RegionNet
from pipeline.regions_train.store import ROW
from transforms.regions.network.model import RegionNetwork

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def made_up(count):
    """Cases whose finest ratio is high where a box was edited."""
    rng = np.random.default_rng(0)
    rows = np.zeros(count, ROW)
    for row in rows:
        row["fine"][:] = rng.integers(0, 90, row["fine"].shape, dtype=np.uint8)
        row["coarse"][:] = rng.integers(0, 90, row["coarse"].shape, dtype=np.uint8)
        x, y = rng.integers(40, 300), rng.integers(40, 200)
        row["labels"][y : y + 90, x : x + 120] = 1
        row["fine"][0, y : y + 90, x : x + 120] = 240
        row["labels"][:, 480:] = 255
    return list(rows)


def test_every_case_comes_once_before_any_comes_again():
    cases = made_up(6)
    for number, case in enumerate(cases):
        case["coarse"][:] = number
    seen = [
        int(batch.coarse[i, 0, 0, 0])
        for step in range(3)
        for batch in [training_batch(cases, 2, 1, step)]
        for i in (0, 1)
    ]
    assert sorted(seen) == list(range(6))
    again = training_batch(cases, 2, 1, 1)
    assert (again.fine == training_batch(cases, 2, 1, 1).fine).all()


def test_targets_say_where_the_box_of_a_region_ends():
    case = made_up(1)[0]
    case["labels"][:] = 0
    case["labels"][100:140, 200:280] = 3
    batch = plain_batch([case])
    assert batch.inside[0].sum() == 10 * 20
    y, x = 110 // 4, 240 // 4
    assert batch.sides[0, :, y, x] * 512 == pytest.approx([42, 10, 38, 30])
    assert batch.frame.tolist() == [[1, 0]]
    assert batch.weight[0, 120, 240] > batch.weight[0, 10, 10] == 1


def test_the_loss_is_least_for_the_truth():
    batch = plain_batch(made_up(2))
    truth = [torch.from_numpy(v) for v in (batch.edited, batch.weight, batch.sides, batch.inside, batch.frame)]
    right = Outputs(20 * (truth[0][:, None] - 0.5), truth[2], 20 * (truth[4] - 0.5))
    wrong = Outputs(-right.edited, truth[2] + 0.3, -right.frame)
    for part, value in loss_of(right, *truth).items():
        assert value < 0.01, part
        assert loss_of(wrong, *truth)[part] > 0.2


def test_an_interrupted_training_ends_in_the_same_weights(tmp_path, monkeypatch):
    cases = made_up(8)
    monkeypatch.setattr(training, "EVERY", 2)
    monkeypatch.setattr(training, "BATCH", 2)
    whole = training.train(cases, cases[:2], tmp_path / "whole", 4, seed=1)

    class Killed(Exception):
        pass

    def killed(step, loss):
        if step == 3:
            raise Killed

    with pytest.raises(Killed):
        training.train(cases, cases[:2], tmp_path / "cut", 4, seed=1, progress=killed)
    resumed = training.train(cases, cases[:2], tmp_path / "cut", 4, seed=1)
    for name, value in whole.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name
    lines = [json.loads(text) for text in (tmp_path / "cut" / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [2, 4]


def test_a_step_with_a_gradient_that_is_not_finite_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(training, "BATCH", 2)
    state = training._begin(tmp_path, 0)
    before = {name: value.clone() for name, value in state.net.named_parameters()}
    batch = plain_batch(made_up(2))
    batch.weight[0, 0, 0] = np.inf
    training._step(state, batch)
    assert state.skipped == 1
    assert all(torch.equal(value, before[name]) for name, value in state.net.named_parameters())


def test_the_file_says_what_the_network_says(tmp_path):
    torch.manual_seed(0)
    net = RegionNet()
    with torch.no_grad():
        for module in net.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.running_mean.normal_(0, 0.1)
                module.running_var.uniform_(0.5, 1.5)
    path = tmp_path / "net.onnx"
    export(net.eval(), path)
    assert path.stat().st_size < 600_000
    session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(0)
    for height, width in ((64, 96), (160, 32)):
        fine = rng.integers(0, 255, (1, 4, height, width)).astype(np.float32)
        coarse = rng.integers(0, 255, (1, 18, height // 2, width // 2)).astype(np.float32)
        with torch.no_grad():
            said = net(torch.from_numpy(fine) / 255, torch.from_numpy(coarse) / 255)
        edited, sides, frame = session.run(None, {"fine": fine, "coarse": coarse})
        assert edited == pytest.approx(torch.sigmoid(said.edited).numpy(), abs=2e-3)
        assert sides == pytest.approx(said.sides.numpy(), abs=2e-3)
        assert frame == pytest.approx(torch.sigmoid(said.frame).numpy(), abs=2e-3)
    RegionNetwork(path.read_bytes())


def test_the_command_trains_from_nothing_and_refuses_anothers_folder(tmp_path):
    recipe = tmp_path / "tiny.yaml"
    recipe.write_text("units: 2\ndata_seed: 0\nsteps: 1\n")
    out = tmp_path / "out"
    flags = ["regions-train", "--out", str(out), "--recipe", str(recipe), "--jobs", "1"]
    spatialreward(*flags, "--data")
    assert len(list((out / "cases").glob("*.npy"))) == 2
    assert not (out / "regions.onnx").exists()
    assert "sha256" in spatialreward(*flags).stdout
    assert {"regions.onnx", "metrics.jsonl", "curve.png", "checkpoint.pt", "run.json"} <= {
        p.name for p in out.iterdir()
    }
    other = spatialreward(*flags, "--seed", "3", check=False)
    assert other.returncode == 2
    assert "seed" in other.stderr
