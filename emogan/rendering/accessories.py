"""Glasses and ear-rings that some people wear, as solids on the neutral head."""

import numpy as np

from emogan.rendering.head import Head
from emogan.rendering.identity import Identity
from emogan.rendering.landmarks import skin_landmarks
from emogan.rendering.mesh import Floats
from emogan.rendering.solids import Solid, join, tube

ROUND = {"round": 1.0, "square": 0.55, "wide": 0.75}  # exponents of the rims' super-ellipses
BEFORE = 0.016  # m from the eyes' corners to the rims
EAR_LOBE = (0.0765, -0.034, 0.6045)  # of the middle person


def accessories(head: Head, person: Identity, skin: Floats) -> list[tuple[Solid, str]]:
    """What a person wears on a skin (v, 3) at rest, with the kind of its surface."""
    worn = []
    if person.glasses:
        worn.append((_glasses(person, skin_landmarks(head, person, skin), skin), "tooth"))
    if person.ear_rings:
        lobe = np.argmin(np.linalg.norm(head.rest_skin - EAR_LOBE, axis=1))
        other = np.argmin(np.linalg.norm(head.rest_skin - np.array(EAR_LOBE) * [-1, 1, 1], axis=1))
        worn.append((join([_ear_ring(person, skin[vertex]) for vertex in (lobe, other)]), "wet"))
    return worn


def _glasses(person: Identity, landmarks: Floats, skin: Floats) -> Solid:
    """Two rims, the bridge over the nose, and temples to the ears."""
    albedo, thick = person.glasses_tone, person.glasses_thickness
    eyes = [landmarks[36:42].mean(0), landmarks[42:48].mean(0)]
    half = 0.5 * float(np.linalg.norm(eyes[1] - eyes[0]))
    front = min(landmarks[36:48, 1].min(), landmarks[27, 1] + 0.004) - BEFORE * 0.45
    wide, high = 0.80 * half, 0.80 * half * (0.92 if person.glasses == "round" else 0.72)
    parts = []
    angle = np.linspace(0, 2 * np.pi, 49)
    bend = ROUND[person.glasses]
    for eye in eyes:
        across, up = (np.sign(w) * np.abs(w) ** bend for w in (np.cos(angle), np.sin(angle)))
        x = eye[0] + wide * across
        path = np.stack([x, front + 2.2 * x**2, eye[2] - 0.002 + high * up], 1)
        parts.append(tube(path, thick, albedo, sides=8))
    inner = abs(eyes[1][0]) - wide
    x = np.linspace(-inner, inner, 9)
    bridge = np.stack([x, np.full(9, front - 0.001), eyes[0][2] + 0.25 * high + 0.003 * (1 - (x / inner) ** 2)], 1)
    parts.append(tube(bridge, thick, albedo, sides=8))
    for side in (-1, 1):
        near_ear = (np.abs(skin[:, 1] - (front + 0.085)) < 0.02) & (np.abs(skin[:, 2] - eyes[0][2]) < 0.012)
        reach = float(np.abs(skin[near_ear, 0]).max()) * 0.99 if near_ear.any() else 0.072
        start = np.array([eyes[1][0] + wide, front + 2.2 * (eyes[1][0] + wide) ** 2, eyes[0][2] + 0.3 * high])
        end = np.array([reach, front + 0.105, eyes[0][2] + 0.2 * high])
        hinge = np.array([max(start[0] + 0.004, 0.93 * reach), start[1] + 0.012, start[2]])
        path = np.concatenate([np.linspace(start, hinge, 4)[:-1], np.linspace(hinge, end, 8)]) * [side, 1, 1]
        parts.append(tube(path, thick, albedo, sides=8))
    return join(parts)


def _ear_ring(person: Identity, lobe: Floats) -> Solid:
    """A stud or a hoop."""
    outward = np.array([-np.sign(lobe[0]) * 0.002, -0.003, 0.0])
    if person.ear_rings == "stud":
        angle = np.linspace(0, np.pi, 9)
        path = lobe + outward + np.stack([0.001 * np.cos(angle), 0 * angle, 0.001 * np.cos(angle)], 1)
        return tube(path, 0.0026, 0.8)
    radius = 0.011
    angle = np.linspace(0, 2 * np.pi, 33)
    ring = np.stack([0.3 * radius * np.sin(angle), radius * np.sin(angle), radius * np.cos(angle) - radius], 1)
    return tube(lobe + outward + ring, 0.0011, 0.7, sides=8)
