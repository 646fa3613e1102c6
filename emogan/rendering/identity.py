"""Who sits for the pictures: a person sampled from a seed, a sex and a number."""

from dataclasses import dataclass

import numpy as np

from emogan.rendering.mesh import Floats

STYLES = {
    "F": (
        *("long_middle", "long_side", "long_wavy", "long_fringe", "bob", "bob_fringe", "wavy", "tied", "bun", "curls"),
        *("pixie", "short_curls"),
    ),
    "M": ("side_part", "side_part", "swept", "quiff", "buzz", "crop", "curly", "receding", "bald", "long_tied"),
}
LOCAL_SPREAD = 0.24  # standard deviation of a local change; 1 is the extreme MakeHuman's artists modelled
# Words in labels whose extremes look like another species: their spread is multiplied by this.
TIMID = {
    "trans": 0.4,
    "eyefold": 0.5,
    "bag": 0.5,
    "neck": 0.25,
    "head": 0.7,
    "ear": 0.7,
    "eyebrows": 0.5,
    "angles": 0.4,
    "push1": 0.3,
    "push2": 0.3,
    "epicanthus": 0.6,
    "mouth": 0.5,
}
# Shifts of the mean of local changes against anny's small eyes, wide mouths and long faces. They bring the inner
# corners of the eyes 33 and 35 mm apart (people: 31 to 38 mm by origin, 67 studies pooled, PMC9029890), mouths to 55
# mm and the chin 103 and 115 mm below the pupils, women and men.
SHIFTS = {
    "F": {
        "l-eye-scale-incr": 0.75,
        "l-eye-height2-incr": 0.40,
        "mouth-scale-horiz-incr": -0.40,
        "head-scale-vert-incr": -0.30,
    },
    "M": {
        "l-eye-scale-incr": 0.90,
        "l-eye-height2-incr": 0.50,
        "l-eye-trans-out": -0.20,
        "mouth-scale-horiz-incr": -0.40,
        "head-scale-vert-incr": -0.40,
        "head-scale-horiz-incr": -0.10,
    },
}


@dataclass(frozen=True)
class Identity:
    """One person. Albedos are linear reflectances in 0..1, lengths are metres unless said otherwise."""

    sex: str
    number: int
    phenotype: dict[str, float]
    changes: dict[str, float]
    age: float  # 0 (18 years) to 1 (75): how deep lines stand at rest
    skin: float
    lips: float  # darkness relative to the skin
    iris: float
    hair: float
    grey: float  # share of light strands
    style: str
    hairline: float  # m above the middle person's
    parting: float  # m from the middle
    brow_thickness: float  # relative
    brow_density: float
    brow_gap: float  # m from the middle to the first hair
    brow_height: float  # m
    brow_arch: float  # m
    brow_tilt: float  # m that the tail lies higher
    beard: str  # none, stubble, goatee, beard
    freckles: float
    shirt: float
    glasses: str  # round, square, wide or ""
    glasses_tone: float
    glasses_thickness: float  # m
    ear_rings: str  # stud, hoop or ""
    seed: int  # of this person's hair and skin texture

    def __hash__(self) -> int:
        return hash((self.seed, self.sex, self.number))


def person_code(sex: str) -> int:
    """A stable number for the sex, to seed generators with."""
    return {"F": 0, "M": 1}[sex]


def sample_identity(seed: int, sex: str, number: int, local_changes: tuple[str, ...]) -> Identity:
    """The person ``number`` of ``sex``: the same for the same arguments, whoever else is rendered."""
    rng = np.random.default_rng([seed, person_code(sex), number, 1])
    age = float(rng.beta(1.1, 1.8))
    phenotype = _phenotype(rng, sex, age)
    changes = _changes(rng, local_changes, SHIFTS[sex])
    dark = phenotype["african"] * 0.85 + phenotype["asian"] * 0.25
    skin = float(np.clip(rng.normal(0.54 - 0.36 * dark, 0.05), 0.13, 0.64))
    fair = skin > 0.43 and phenotype["african"] < 0.35 and phenotype["asian"] < 0.45
    hair = float(np.exp(rng.uniform(np.log(0.06), np.log(0.80)))) if fair else float(rng.uniform(0.015, 0.05))
    styles = STYLES[sex]
    # A shuffled cycle, not independent draws: neighbours in a sheet differ and every style turns up.
    order = np.random.default_rng([seed, person_code(sex), 2]).permutation(len(styles))
    style = styles[order[(number - 1) % len(styles)]]
    beards = ["none", "stubble", "goatee", "beard"]
    return Identity(
        sex=sex,
        number=number,
        phenotype=phenotype,
        changes=changes,
        age=age,
        skin=skin,
        lips=float(rng.uniform(0.42, 0.62) if sex == "F" else rng.uniform(0.66, 0.82)),
        iris=float(rng.uniform(0.02, 0.06) if not fair else rng.uniform(0.03, 0.22)),
        hair=hair,
        grey=_grey(rng, age),
        style=style,
        hairline=float(rng.normal(0.0, 0.004)),
        parting=float(rng.choice([-1, 1]) * rng.uniform(0.018, 0.035)),
        brow_thickness=float(rng.uniform(0.65, 1.30) if sex == "F" else rng.uniform(0.95, 1.55)),
        brow_density=float(rng.uniform(0.55, 1.2)),
        brow_gap=float(np.clip(rng.normal(0.0084, 0.0016), 0.0050, 0.0120)),
        brow_height=float(rng.normal(0.0, 0.0022)),
        brow_arch=float(rng.normal(0.0020 if sex == "F" else 0.0008, 0.0012)),
        brow_tilt=float(rng.normal(0.0, 0.0012)),
        beard=str(rng.choice(beards, p=[0.5, 0.28, 0.08, 0.14])) if sex == "M" else "none",
        freckles=float(rng.beta(0.5, 2.5)) if fair else 0.0,
        shirt=float(rng.uniform(0.16, 0.34)),
        glasses=str(rng.choice(["round", "square", "wide"])) if rng.random() < 0.12 + 0.25 * age else "",
        glasses_tone=float(rng.choice([0.02, 0.05, 0.25, 0.5])),
        glasses_thickness=float(rng.uniform(0.0007, 0.0016)),
        ear_rings=str(rng.choice(["stud", "hoop"])) if rng.random() < (0.45 if sex == "F" else 0.06) else "",
        seed=int(rng.integers(2**31)),
    )


def _grey(rng: np.random.Generator, age: float) -> float:
    """The share of grey strands: none in youth, most in old age, and never the same."""
    share, dyed = rng.uniform(0.5, 1.3), rng.random() < 0.35
    return 0.0 if dyed else float(np.clip((age - 0.45) * 2.0 * share, 0, 0.95))


def _phenotype(rng: np.random.Generator, sex: str, age: float) -> dict[str, float]:
    """Anny's phenotype of an adult: on its axes an age of 25 is about 2/3 and of 90 is 1, men are 0 and women 1."""
    origin = rng.dirichlet([0.25, 0.22, 0.6])
    gender = 0.97 if sex == "F" else 0.03
    return {
        "gender": float(np.clip(rng.normal(gender, 0.04), 0, 1)),
        "age": 0.64 + 0.30 * age,
        "weight": float(rng.uniform(0.25, 0.75)),
        "muscle": float(rng.uniform(0.30, 0.55) if sex == "F" else rng.uniform(0.4, 0.75)),
        "proportions": float(rng.uniform(0.4, 0.9)),
        "african": float(origin[0]),
        "asian": float(origin[1]),
        "caucasian": float(origin[2]),
    }


def _changes(rng: np.random.Generator, labels: tuple[str, ...], shifts: dict[str, float]) -> dict[str, float]:
    """Local changes of the head, nearly symmetric."""
    changes: dict[str, float] = {}
    for label in labels:
        if label.startswith("r-"):
            continue
        spread = LOCAL_SPREAD * min((f for word, f in TIMID.items() if word in label.split("-")), default=1.0)
        value = float(np.clip(rng.normal(0, spread), -2.2 * spread, 2.2 * spread))
        if label.endswith("trans-out") and not label.startswith("l-"):
            value *= 0.2  # a nose or mouth beside the middle
        value += shifts.get(label, 0.0)
        changes[label] = value
        if label.startswith("l-"):
            changes["r-" + label[2:]] = value + float(rng.normal(0, 0.1 * spread))
    return changes


def noise_phases(seed: int, count: int, scale: float) -> tuple[Floats, Floats]:
    """Directions (count, 3) in 1/m and phases for a smooth random field made of sines."""
    rng = np.random.default_rng(seed)
    return rng.normal(0, scale, (count, 3)), rng.uniform(0, 2 * np.pi, count)
