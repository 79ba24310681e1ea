"""A small sphere tracer: a solid on a ground plane, seen from above at an angle, lit like the photo it goes into."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from transforms.edits.solids.sdf import Distance, Points, hypot, lengths, points
from transforms.edits.vectors import f32

STEPS = 48
SHADOW_STEPS = 14
SUPERSAMPLING = 2
LEAST_BUSY = 0.7
"""Share of the rays that must still be on their way; below it those that are not are left behind."""
LARGE_PX = 130
"""Height from which a thing is traced at one ray per pixel: its edge is short beside its area."""


@dataclass(frozen=True)
class Material:
    """How a part looks.

    Attributes:
        albedo: points [N, 3] -> linear RGB [N, 3], 0..1.
        gloss: strength of the highlight, 0..1.
        shininess: Blinn exponent; high is a small sharp highlight.
        metal: 1 tints reflections with the albedo and darkens the diffuse part.
    """

    albedo: Callable[[Points], np.ndarray]
    gloss: float = 0.3
    shininess: float = 40.0
    metal: float = 0.0


@dataclass(frozen=True)
class Part:
    """A solid of one material."""

    distance: Distance
    material: Material


@dataclass(frozen=True)
class Solid:
    """A thing on the ground plane y = 0 around the origin.

    Attributes:
        parts: together they are the thing.
        radius, height: of a cylinder that contains it, metres.
        floats: it hangs in the air and casts no shadow on the ground.
    """

    parts: tuple[Part, ...]
    radius: float
    height: float
    floats: bool = False

    def distance(self, p: Points) -> np.ndarray:
        """Return the distance to the nearest part."""
        nearest = self.parts[0].distance(p)
        for part in self.parts[1:]:
            nearest = np.minimum(nearest, part.distance(p))
        return nearest

    def rendered(self, pitch: float, px_per_metre: float, light: "Light") -> "Rendering":
        """See `trace`."""
        return trace(self, pitch, px_per_metre, light)


@dataclass(frozen=True)
class Light:
    """One key light and a surrounding glow.

    Attributes:
        direction: unit vector to the key light (x right, y up, z to the viewer).
        key, ambient: linear RGB of each.
        ground: linear RGB that the ground throws back.
        softness: 0 a point, 1 an overcast sky.
    """

    direction: tuple[float, float, float]
    key: tuple[float, float, float]
    ambient: tuple[float, float, float]
    ground: tuple[float, float, float]
    softness: float


@dataclass(frozen=True, eq=False)
class Rendering:
    """A thing as it is seen in a light.

    Attributes:
        colour: float32 [h, w, 3], 0..1 linear RGB, not premultiplied, valid where alpha > 0.
        alpha: float32 [h, w] coverage of the thing.
        shadow: float32 [h, w], share of light that the ground loses.
        base_xy: where the origin of the ground plane lies, pixels.
    """

    colour: np.ndarray
    alpha: np.ndarray
    shadow: np.ndarray
    base_xy: tuple[float, float]


def trace(solid: Solid, pitch: float, px_per_metre: float, light: Light) -> Rendering:
    """Render a solid.

    Args:
        solid: what.
        pitch: angle of the view below the horizon, radians, > 0.
        px_per_metre: scale of the picture.
        light: of the scene.
    """
    rays = SUPERSAMPLING if solid.height * px_per_metre < LARGE_PX else 1
    scale = px_per_metre * rays
    reach = solid.radius + (0 if solid.floats else 0.9 * solid.height)
    half_width = int(np.ceil(reach * scale / rays)) + 2
    up = int(np.ceil((solid.height * np.cos(pitch) + reach * np.sin(pitch)) * scale / rays)) + 2
    down = int(np.ceil(reach * np.sin(pitch) * scale / rays)) + 2
    width, height = 2 * half_width * rays, (up + down) * rays
    u = (np.arange(width, dtype=np.float32) + 0.5 - width / 2) / np.float32(scale)
    v = (np.float32(up * rays) - np.arange(height, dtype=np.float32) - 0.5) / np.float32(scale)
    columns = np.abs(u) <= solid.radius
    rows = (v <= solid.height * np.cos(pitch) + solid.radius * np.sin(pitch)) & (v >= -solid.radius * np.sin(pitch))
    view = f32([0, -np.sin(pitch), -np.cos(pitch)])
    hit, surface = _march(solid, _origins(np.meshgrid(u[columns], v[rows]), pitch, solid), view)
    flat = np.zeros((hit.size, 4), np.float32)
    if hit.any():
        flat[hit] = np.column_stack([_shade(solid, surface, view, light), np.ones(len(surface), np.float32)])
    layer = np.zeros((height, width, 4), np.float32)
    layer[np.ix_(rows, columns)] = flat.reshape(int(rows.sum()), int(columns.sum()), 4)
    size = (width // rays, height // rays)
    mean = cv2.resize(layer, size, interpolation=cv2.INTER_AREA)
    alpha = mean[..., 3]
    shadow = np.zeros((size[1], size[0]), np.float32)
    if not solid.floats:
        coarse = _ground_shadow(solid, np.meshgrid(_thinned(u, 2 * rays), _thinned(v, 2 * rays)), pitch, light)
        shadow = cv2.resize(coarse, size, interpolation=cv2.INTER_LINEAR)
    return Rendering(mean[..., :3] / np.maximum(alpha, 1e-3)[..., None], alpha, shadow, (float(half_width), float(up)))


def _thinned(axis: np.ndarray, by: int) -> np.ndarray:
    """Return every `by`-th place of the axis: shadows are soft."""
    return cv2.resize(axis[None], (max(2, axis.size // by), 1), interpolation=cv2.INTER_AREA)[0]


def _origins(uv: Sequence[np.ndarray], pitch: float, solid: Solid) -> Points:
    """Return a start point per pixel: parallel rays from a plane in front of the solid."""
    u, v = uv
    c, s = np.float32(np.cos(pitch)), np.float32(np.sin(pitch))
    back = np.float32(solid.radius + solid.height)
    return points(u.ravel(), v.ravel() * c + back * s, -v.ravel() * s + back * c)


def _march(solid: Solid, origins: Points, view: np.ndarray) -> tuple[np.ndarray, Points]:
    """Return which rays hit, and the points where they do."""
    far = np.float32(2.2 * (solid.radius + solid.height))
    epsilon = np.float32(solid.height * 1e-3)
    hit, travelled = np.zeros(len(origins), bool), np.zeros(len(origins), np.float32)
    active, starts, way = np.arange(len(origins)), origins, travelled.copy()
    near = hit.copy()
    for _ in range(STEPS):
        if active.size == 0:
            break
        d = solid.distance(_along(starts, view, way))
        near = (d < epsilon) & (way < far)
        way = np.where(near, way, way + d)
        going = ~near & (way < far)
        if np.count_nonzero(going) < LEAST_BUSY * going.size:
            hit[active[near]], travelled[active] = True, way
            active, starts, way, near = active[going], _chosen(starts, going), way[going], near[going]
    hit[active[near]], travelled[active] = True, way
    return hit, _along(_chosen(origins, hit), view, travelled[hit])


def _along(starts: Points, direction: np.ndarray, way: np.ndarray) -> Points:
    """Return starts [N, 3] moved by ways [N] in a direction [3]."""
    return points(*(column + d * way for column, d in zip(starts.T, direction, strict=True)))


def _chosen(p: Points, which: np.ndarray) -> Points:
    """Return some of the points (bool [N]) with their columns each in one piece."""
    return points(*(column[which] for column in p.T))


def _normals(solid: Solid, p: Points) -> np.ndarray:
    h = np.float32(solid.height * 2e-3)
    axes = np.eye(3, dtype=np.float32) * h
    n = points(*(solid.distance(p + axis) - solid.distance(p - axis) for axis in axes))
    return n / np.maximum(lengths(n), np.float32(1e-9))[:, None]


def _shade(solid: Solid, p: Points, view: np.ndarray, light: Light) -> np.ndarray:
    normal = _normals(solid, p)
    to_light = f32(light.direction)
    lift = np.float32(solid.height * 0.01)
    # a large light wraps round the form: half-Lambert mixed in by softness
    cosine = normal @ to_light
    wrap = np.float32(0.5 * light.softness)
    lambert = np.clip((cosine + wrap) / (1 + wrap), 0, 1)
    lit, facing_light = lambert, lambert > 0
    lifted = _chosen(p + normal * lift, facing_light)
    lit[facing_light] *= _visibility(solid, lifted, to_light, light.softness)
    open_sky = _openness(solid, p, normal)
    sky = (0.5 + 0.5 * normal[:, 1:2]) * f32(light.ambient)
    bounce = (0.5 - 0.5 * normal[:, 1:2]) * f32(light.ground)
    diffuse = lit[:, None] * f32(light.key) + (sky + bounce) * open_sky[:, None]
    half = to_light - view
    half /= np.linalg.norm(half)
    facing = np.clip(-(normal @ view), 0, 1)
    fresnel = (0.04 + 0.96 * (1 - facing) ** 5)[:, None]
    mirror = view - 2 * (normal @ view)[:, None] * normal
    seen = np.where(mirror[:, 1:2] > 0, f32(light.ambient) * 1.2, f32(light.ground)) * open_sky[:, None]
    out = np.zeros(p.shape, np.float32)
    owner = np.argmin([part.distance(p) for part in solid.parts], axis=0)
    for index in np.unique(owner):
        own, m = owner == index, solid.parts[index].material
        albedo = m.albedo(p[own])
        highlight = np.clip(normal[own] @ half, 0, 1) ** m.shininess * lit[own] * m.gloss
        tint = m.metal * albedo + (1 - m.metal)
        mirrored = m.metal * 0.9 * _surroundings(mirror[own]) + (1 - m.metal) * fresnel[own, 0] * m.gloss
        reflect = seen[own] * mirrored[:, None]
        out[own] = (1 - 0.75 * m.metal) * albedo * diffuse[own] + tint * (highlight[:, None] * f32(light.key) + reflect)
    return out


def _surroundings(mirror: np.ndarray) -> np.ndarray:
    """Return how bright it is where a mirror looks (unit vectors [N, 3]): windows, a dark horizon, a lamp."""
    x, y, z = mirror.T
    windows = 0.5 + 0.5 * np.sin(3 * np.arctan2(x, z) + 1.2)
    rise = np.clip((np.abs(y) - 0.04) / 0.5, 0, 1)
    lamp = np.exp(-(((y - 0.62) / 0.16) ** 2))
    return np.float32(0.3) + 0.7 * rise + np.float32(1.3) * windows**3 * (1 - 0.5 * rise) + np.float32(1.4) * lamp


def _visibility(solid: Solid, p: Points, direction: np.ndarray, softness: float) -> np.ndarray:
    """Return how much of the key light reaches each point, 0..1 (cone of the light's width)."""
    k = np.float32(2.0 + 14.0 * (1 - softness))
    least, most = np.float32(solid.height * 0.025), np.float32(solid.height * 0.3)
    out, active = np.zeros(len(p), np.float32), np.arange(len(p))
    seen = np.ones(len(p), np.float32)
    way = np.full(len(p), solid.height * 0.02, np.float32)
    for _ in range(SHADOW_STEPS):
        d = solid.distance(_along(p, direction, way))
        seen = np.minimum(seen, np.clip(0.5 + 0.5 * k * d / way, 0, 1))
        way += np.clip(d, least, most)
        lit = seen > 0
        if np.count_nonzero(lit) < LEAST_BUSY * lit.size:  # what is dark stays dark
            p, active, seen, way = _chosen(p, lit), active[lit], seen[lit], way[lit]
    out[active] = seen * seen * (3 - 2 * seen)
    return out


def _openness(solid: Solid, p: Points, normal: np.ndarray) -> np.ndarray:
    """Return how open the surroundings are along the normal, 0..1, the ground plane included."""
    closed = np.zeros(len(p), np.float32)
    for step, weight in ((0.04, 0.45), (0.12, 0.3), (0.3, 0.2)):
        h = np.float32(step * solid.height)
        q = p + normal * h
        d = solid.distance(q)
        if not solid.floats:
            d = np.minimum(d, np.maximum(q[:, 1], 0))
        closed += weight * np.clip(1 - d / h, 0, 1)
    return 1 - np.clip(closed, 0, 0.95)


def _ground_shadow(solid: Solid, uv: Sequence[np.ndarray], pitch: float, light: Light) -> np.ndarray:
    """Return the share of light that each ground pixel loses: cast shadow and contact darkening."""
    u, v = uv
    z = -v.ravel() / np.float32(np.sin(pitch))
    p = points(u.ravel(), np.zeros_like(z), z)
    loss = np.zeros(len(p), np.float32)
    near = hypot(p[:, 0], z) < solid.radius + 2.2 * solid.height
    q = _chosen(p, near)
    cast = 1 - _visibility(solid, q + f32((0.0, solid.height * 0.01, 0.0)), f32(light.direction), light.softness)
    closed = np.zeros(len(q), np.float32)
    for step, weight in ((0.05, 0.4), (0.15, 0.3), (0.4, 0.25)):
        h = np.float32(step * solid.height)
        d = np.maximum(solid.distance(q + f32((0.0, float(h), 0.0))), 0)
        closed += weight * np.clip(1 - d / h, 0, 1)
    key, ambient = float(np.mean(light.key)) * light.direction[1], float(np.mean(light.ambient))
    loss[near] = (key * cast + ambient * closed) / (key + ambient)
    # nothing reaches the rim of the rendering, so that no edge shows there
    rim = np.clip((solid.radius + 0.85 * solid.height - hypot(u.ravel(), z)) / (0.35 * solid.height), 0, 1)
    return (np.clip(loss, 0, 0.92) * rim).reshape(u.shape).astype(np.float32)
