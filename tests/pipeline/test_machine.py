import cv2

from pipeline.machine import cpu_features


def test_features_are_those_that_the_processor_has(monkeypatch):
    monkeypatch.setattr(cv2, "getCPUFeaturesLine", lambda: "SSE SSE2 *AVX2 *AVX512-SKX?")
    assert cpu_features() == ["AVX2", "SSE", "SSE2"]
