"""What the model is asked: templates in files, `BRANCH.VERSION.j2`. A published version is never edited."""

from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from schemas.errors import UserError

SEMANTIC_CONSISTENCY, PERCEPTUAL_QUALITY = "semantic_consistency", "perceptual_quality"
LATEST = "1"


def versions() -> list[str]:
    """Return the versions that there are."""
    names = [entry.name.split(".") for entry in files(__name__).iterdir()]
    return sorted(name[1] for name in names if name[0] == SEMANTIC_CONSISTENCY)


def semantic_consistency_prompt(instruction: str, version: str = LATEST) -> str:
    """Return the question on source, edited image and instruction.

    Args:
        instruction: stands in the prompt as it is.
        version: of `versions()`.

    Raises:
        UserError: no such version.
    """
    return _template(version, SEMANTIC_CONSISTENCY).render(instruction=instruction)


def perceptual_quality_prompt(version: str = LATEST) -> str:
    """Return the question on the edited image alone.

    Raises:
        UserError: no such version.
    """
    return _template(version, PERCEPTUAL_QUALITY).render()


def template_files(version: str) -> dict[str, str]:
    """Return file name -> text of a version's templates.

    Raises:
        UserError: no such version.
    """
    if version not in versions():
        raise UserError(f"data.prompts {version}: no such version; use one of {', '.join(versions())}")
    names = [f"{branch}.{version}.j2" for branch in (SEMANTIC_CONSISTENCY, PERCEPTUAL_QUALITY)]
    return {name: (files(__name__) / name).read_text(encoding="utf-8") for name in names}


@cache
def _template(version: str, branch: str) -> Template:
    text = template_files(version)[f"{branch}.{version}.j2"]
    return Environment(undefined=StrictUndefined, autoescape=False).from_string(text)
