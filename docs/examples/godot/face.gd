# A face of a sheet: play("s1_0000_raiva") shows its way from neutro to the emotion and back.
# The sheet is made by: emogan export sheet=faces.png
extends Sprite

signal came_back

export(String) var sheet = "res://faces"  # without .png and .json

var pictures = []  # of every frame: where it is on the sheet, and how many seconds it stays
var ways = {}  # of every animation: its frames, in the order in which they are played
var way = []
var step = 0
var left = 0.0


func _ready():
	var file = File.new()
	if file.open(sheet + ".json", File.READ) != OK:
		push_error(sheet + ".json is not there: emogan export sheet=faces.png makes it.")
		set_process(false)
		return
	var told = JSON.parse(file.get_as_text()).result
	for frame in told["frames"]:
		var at = frame["frame"]
		pictures.append([Rect2(at["x"], at["y"], at["w"], at["h"]), frame["duration"] / 1000.0])
	for tag in told["meta"]["frameTags"]:
		var first = int(tag["from"])
		var last = int(tag["to"])
		ways[tag["name"]] = range(first, last + 1) + range(last - 1, first - 1, -1)
	var image = Image.new()
	image.load(sheet.get_base_dir().plus_file(told["meta"]["image"]))
	texture = ImageTexture.new()
	texture.create_from_image(image, Texture.FLAG_FILTER)
	region_enabled = true
	play(ways.keys()[0])


# Begins an animation; came_back tells its end.
func play(name):
	way = ways[name]
	step = 0
	_show()


func _show():
	var picture = pictures[way[step]]
	region_rect = picture[0]
	left = picture[1]


func _process(delta):
	left -= delta
	while left <= 0 and step + 1 < len(way):
		var late = left
		step += 1
		_show()
		left += late
		if step + 1 == len(way):
			emit_signal("came_back")
