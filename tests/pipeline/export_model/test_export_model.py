"""Trained runs become folders that answer as they do; in FP8 by the rules of vLLM; or nothing is written."""

import json
import shutil

import pytest
import torch
import yaml
from commands import spatialreward
from many_shards import save_tiny_model, write_shards
from peft.tuners.lora import LoraModel
from rich.console import Console
from safetensors.torch import load_file, save_file
from transformers import AutoProcessor, Qwen3VLForConditionalGeneration

from pipeline.export_model.export import CheckFailedError, ExportRequest, export_model
from pipeline.lock import run_lock
from pipeline.train import checkpoints
from pipeline.train.config import load_train_recipe
from pipeline.train.prompts import template_files
from pipeline.train.run import TrainRequest, train
from schemas.errors import UserError
from transforms.storage import sha256_of

pytestmark = pytest.mark.usefixtures("one_torch_thread")
QUIET = Console(quiet=True)
SMALL = [
    "data.buffer=4",
    "data.max_pixels=4096",
    "data.min_pixels=1024",
    "data.workers=1",
    "optimizer.batch_size=2",
    "optimizer.max_steps=3",
    "log_every=1",
    "evaluation.samples=3",
    "evaluation.probes=1",
    "evaluation.max_new_tokens=8",
]
FULL = [*SMALL, "tiny={vocabulary: 700, hidden: 64, layers: 1, vision_layers: 1}", "fp8.smallest=64"]
LORA = [*SMALL, "precision=bf16", "fp8.smallest=64", "optimizer.learning_rate=0.05", "optimizer.warmup=0.0"]
LAYER = "model.language_model.layers.0"
LINEARS = {
    *(f"{LAYER}.self_attn.{name}_proj" for name in "qkvo"),
    *(f"{LAYER}.mlp.{name}_proj" for name in ("gate", "up", "down")),
}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    out = tmp_path_factory.mktemp("shards")
    write_shards(out, 4, 2)
    return out


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A model in a folder, as a user gives one: in BF16, as they are published."""
    return save_tiny_model(tmp_path_factory.mktemp("model") / "qwen", torch.bfloat16)


def trained(data, out, recipe, settings, model=None):
    chosen = load_train_recipe(recipe, settings)
    train(TrainRequest(chosen, str(data), model and str(model), out), QUIET)
    return out


@pytest.fixture(scope="module")
def full(data, tmp_path_factory):
    return trained(data, tmp_path_factory.mktemp("run") / "full", "tiny", FULL)


@pytest.fixture(scope="module")
def lora(data, base, tmp_path_factory):
    settings = [*LORA, "data.markers=tokens"]
    return trained(data, tmp_path_factory.mktemp("run") / "lora", "spatialreward-8b-lora", settings, base)


def weights(folder):
    return load_file(folder / "model.safetensors")


def test_a_full_run_is_exported_with_all_that_a_server_needs(data, full, tmp_path):
    out = tmp_path / "model"
    done = spatialreward("export-model", full, "--out", out, "--shards", data, "--license", "Apache-2.0")
    assert f"{out}: weights rounded to BF16: cosine of the logits 0.9999" in done.stdout
    checkpoint = checkpoints.last_checkpoint(full)
    stored, before = weights(out), weights(checkpoint)
    assert stored.keys() == before.keys()
    assert all(torch.equal(stored[name], before[name].bfloat16()) for name in before)
    for name, text in template_files("1").items():
        assert (out / "prompts" / name).read_text() == text
    assert json.loads((out / "config.json").read_text())["dtype"] == "bfloat16"
    generation = json.loads((out / "generation_config.json").read_text())
    end = AutoProcessor.from_pretrained(out).tokenizer.convert_tokens_to_ids("<|im_end|>")
    assert generation["eos_token_id"] == end and not generation.get("do_sample", False)
    assert list(tmp_path.iterdir()) == [out]

    card = (out / "README.md").read_text()
    _, front, text = card.split("---\n", 2)
    assert yaml.safe_load(front) == {
        "library_name": "transformers",
        "pipeline_tag": "image-text-to-text",
        "license": "apache-2.0",
        "tags": ["reward-model", "image-editing", "qwen3_vl"],
    }
    loss = json.loads((full / "best.json").read_text())["figures"]["eval_loss"]
    for stated in (sha256_of(str(data / "manifest.json")), "recipe tiny", f"| `loss` | {loss:.4g} |", "**not run**"):
        assert stated in text
    assert "random weights" in text and str(tmp_path) not in text and str(full) not in text


def test_adapters_and_new_tokens_are_merged(base, lora, tmp_path):
    out = tmp_path / "model"
    (agreement,) = export_model(ExportRequest(lora, out), QUIET).values()
    assert agreement.cosine > 0.9999 and agreement.top1 > 0.95 and agreement.tokens > 50
    stored, before = weights(out), weights(base)
    assert stored.keys() == before.keys()
    adapters = load_file(checkpoints.last_checkpoint(lora) / "adapter_model.safetensors")
    for name in LINEARS:
        down, up = (adapters[f"base_model.model.{name}.lora_{part}.weight"] for part in "AB")
        expected = before[f"{name}.weight"].float() + 64 / 32 * up @ down
        assert torch.equal(stored[f"{name}.weight"], expected.bfloat16())
        assert not torch.equal(stored[f"{name}.weight"], before[f"{name}.weight"])
    marker = AutoProcessor.from_pretrained(out).tokenizer.convert_tokens_to_ids("<|bbox_1|>")
    embeddings = "model.language_model.embed_tokens.weight"
    assert not torch.equal(stored[embeddings][marker], before[embeddings][marker])
    assert torch.equal(stored[embeddings][:marker], before[embeddings][:marker])
    assert all(torch.equal(stored[name], before[name]) for name in before if ".visual." in name)


@pytest.mark.parametrize("run", ["full", "lora"])
def test_fp8_holds_the_language_models_linears_with_a_scale_per_row(run, tmp_path, request):
    run = request.getfixturevalue(run)
    agreements = export_model(ExportRequest(run, tmp_path / "fp8", weights="fp8"), QUIET)
    assert len(agreements) == 2 and all(a.cosine > 0.99 and a.lowest < 0.99999 for a in agreements.values())
    export_model(ExportRequest(run, tmp_path / "bf16"), QUIET)
    stored, plain = weights(tmp_path / "fp8"), weights(tmp_path / "bf16")
    assert {name.removesuffix(".weight_scale") for name in stored if name.endswith("_scale")} == LINEARS
    for name, value in plain.items():
        linear = name.removesuffix(".weight")
        if linear not in LINEARS:
            assert torch.equal(stored[name], value)
            continue
        scale = stored[f"{linear}.weight_scale"]
        assert stored[name].dtype == torch.float8_e4m3fn and scale.shape == (len(value), 1)
        assert torch.allclose(scale.float(), value.float().abs().amax(1, keepdim=True) / 448, rtol=2**-7)
        # Four significant bits: half a step is a sixteenth; below 2^-6 the steps stay 2^-9. BF16 quotients round too.
        steps = (value.float() / scale.float()).abs().clamp(min=2**-6) / 16 * 1.05
        assert ((stored[name].float() - value.float() / scale.float()).abs() <= steps).all()
    settings = json.loads((tmp_path / "fp8" / "config.json").read_text())["quantization_config"]
    assert (settings["quant_method"], settings["format"]) == ("compressed-tensors", "float-quantized")
    (group,) = settings["config_groups"].values()
    assert group["targets"] == ["Linear"]
    assert (group["weights"]["strategy"], group["input_activations"]["strategy"]) == ("channel", "token")
    model = Qwen3VLForConditionalGeneration.from_pretrained(tmp_path / "bf16")
    linears = {name for name, module in model.named_modules() if isinstance(module, torch.nn.Linear)}
    assert set(settings["ignore"]) == linears - LINEARS and "lm_head" in settings["ignore"]
    assert "7 linear layers FP8" in (tmp_path / "fp8" / "README.md").read_text()


def test_an_export_that_answers_otherwise_is_thrown_away(lora, tmp_path, monkeypatch):
    monkeypatch.setattr(LoraModel, "merge_and_unload", LoraModel.unload)  # as if the adapters were forgotten
    with pytest.raises(CheckFailedError, match="does not answer as the trained one"):
        export_model(ExportRequest(lora, tmp_path / "model"), QUIET)
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_was_moved_is_named(lora, base, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(lora, run)
    content = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps(content | {"model": str(tmp_path / "gone")}))
    with pytest.raises(UserError, match=r"holds adapters of .*gone, which cannot be loaded .*--model"):
        export_model(ExportRequest(run, tmp_path / "model"), QUIET)
    export_model(ExportRequest(run, tmp_path / "model", base=str(base)), QUIET)
    card = (tmp_path / "model" / "README.md").read_text()
    assert "base_model" not in card and str(tmp_path) not in card and str(base) not in card


def test_the_card_names_a_model_of_a_hub(lora, base, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(lora, run)
    content = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps(content | {"model": "Qwen/Qwen3-VL-8B-Instruct"}))
    export_model(ExportRequest(run, tmp_path / "model", base=str(base)), QUIET)
    _, front, text = (tmp_path / "model" / "README.md").read_text().split("---\n", 2)
    assert yaml.safe_load(front)["base_model"] == "Qwen/Qwen3-VL-8B-Instruct"
    assert "| began with | Qwen/Qwen3-VL-8B-Instruct |" in text and "began with random weights" not in text


def test_mistakes_stop_at_once(full, tmp_path):
    def refused(reason, **changes):
        with pytest.raises(UserError, match=reason):
            export_model(ExportRequest(**({"run": full, "out": tmp_path / "out"} | changes)), QUIET)

    refused("is not empty", out=full)
    refused("--weights int4: use bf16 or fp8", weights="int4")
    refused("--checkpoint first: use best or last", checkpoint="first")
    refused(r"no run\.json in it", run=tmp_path)
    run = tmp_path / "run"
    shutil.copytree(full, run)
    checkpoint = checkpoints.last_checkpoint(run)
    broken = weights(checkpoint)
    broken["lm_head.weight"][3, 4] = torch.nan
    save_file(broken, checkpoint / "model.safetensors", metadata={"format": "pt"})
    refused(r"lm_head\.weight holds numbers that are not finite", run=run)
    shutil.rmtree(checkpoint)
    refused("holds no best checkpoint; train on", run=run)
    assert sorted(tmp_path.iterdir()) == [run]


def test_a_run_whose_training_is_going_on_is_refused(tmp_path):
    """It removes checkpoints while they are read."""
    with run_lock(str(tmp_path)), pytest.raises(UserError, match=f"{tmp_path}: a training is going on in it"):
        export_model(ExportRequest(tmp_path, tmp_path / "out"), Console(quiet=True))
    with pytest.raises(UserError, match=r"no run\.json in it"):
        export_model(ExportRequest(tmp_path, tmp_path / "out"), Console(quiet=True))
