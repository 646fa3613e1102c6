from emogan.core.garbage import seldom_look_for_garbage

seldom_look_for_garbage()  # as a command, before conftest imports what they do
