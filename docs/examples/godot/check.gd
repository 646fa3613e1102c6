# What a screen shows of every frame, for scripts/check_godot.py: godot3 --path FOLDER -s check.gd
# Draws each frame in its own pixels in a corner of the window, and keeps what is there as shown_NUMBER.png; then the
# main scene, as it is after a second and a half, as scene.png.
extends SceneTree


func _init():
	var face = load("res://face.gd").new()
	root.add_child(face)
	face.set_process(false)
	face.centered = false
	for name in face.ways:
		var seconds = 0.0
		for number in face.ways[name]:
			seconds += face.pictures[number][1]
		print("%s %d frames %.3f s" % [name, len(face.ways[name]), seconds])
	for number in range(len(face.pictures)):
		face.region_rect = face.pictures[number][0]
		for _twice in range(2):
			yield(self, "idle_frame")
		_screen().get_rect(Rect2(Vector2(), face.region_rect.size)).save_png("res://shown_%d.png" % number)
	face.queue_free()
	root.add_child(load("res://main.tscn").instance())
	yield(create_timer(1.5), "timeout")
	_screen().save_png("res://scene.png")
	quit()


func _screen():
	var shown = root.get_texture().get_data()
	shown.flip_y()
	return shown
