# Mounted by NoFear's init.
