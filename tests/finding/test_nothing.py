from emogan.finding.nothing import EACH, MADE, SAMPLES, SIDE, pictures_of_nothing


def test_pictures_without_a_face_differ_and_come_again() -> None:
    pictures = pictures_of_nothing()
    assert pictures.shape == (EACH * len(SAMPLES) + MADE, 1, SIDE, SIDE)
    assert (pictures == pictures_of_nothing()).all()
    assert (pictures.float().std((1, 2, 3)) > 1).float().mean() > 0.9
    assert len({picture.numpy().tobytes() for picture in pictures}) > 0.98 * len(pictures)
