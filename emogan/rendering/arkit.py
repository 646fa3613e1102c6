"""Facial actions by name: the 52 of ARKit that anny knows, and our own."""

_PAIRED = """
    browDown browOuterUp cheekSquint eyeBlink eyeLookDown eyeLookIn eyeLookOut eyeLookUp eyeSquint
    eyeWide mouthDimple mouthFrown mouthLowerDown mouthPress mouthSmile mouthStretch mouthUpperUp
    noseSneer
"""
_SINGLE = """
    browInnerUp cheekPuff jawForward jawOpen mouthClose mouthFunnel mouthPucker mouthRollLower
    mouthRollUpper mouthShrugLower mouthShrugUpper tongueOut jawLeft jawRight mouthLeft mouthRight
"""
ARKIT = (*(name + side for name in _PAIRED.split() for side in ("Left", "Right")), *_SINGLE.split())
OWN = ("browSqueeze", "lidTight", "browOblique", "browV")  # the renderer's (emogan.rendering.actions)
