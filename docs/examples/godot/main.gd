# Plays all animations of the sheet, one after the other, and says which.
extends Node2D

var next = 0


func _ready():
	$Face.connect("came_back", self, "_play_next")
	_play_next()


func _play_next():
	var names = $Face.ways.keys()
	if names:
		$Name.text = names[next % len(names)]
		$Face.play($Name.text)
		next += 1
